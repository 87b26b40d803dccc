import { rm } from "node:fs/promises";
import { LagerError } from "../../base/errors.ts";
import { version } from "../../base/version.ts";
import type { Entry } from "../../input/dataset/dataset.ts";
import { type Failure, failure } from "../../input/dataset/failure.ts";
import { InputHasher } from "../../input/prompt/input-hasher.ts";
import { type Judge, type LoadJudgeOptions, loadJudge } from "../../judge/judge.ts";
import type { Session } from "../../judge/session.ts";
import { RunWriter } from "../../run/run-writer.ts";
import type { ScoreSummary } from "../score-run/result.ts";
import { type ScoreToRunProgress, scoreToRun } from "../score-run/score-to-run.ts";
import {
  attentionsOf,
  classOf,
  fingerprintOf,
  requireSameMachine,
  requireSamePart,
} from "./fingerprint.ts";
import { type Plan, readPlan } from "./plan-format.ts";
import type { Piece, RunFolder } from "./run-folder.ts";
import { readSlice } from "./slice.ts";

/** How a machine scores shards. What a score depends on, the plan says. */
export interface ShardScorerOptions
  extends Pick<
    LoadJudgeOptions,
    | "threads"
    | "memoryLimit"
    | "isolation"
    | "hangLimit"
    | "verbose"
    | "signal"
    | "onNotice"
    | "onLoadProgress"
    | "onModelProgress"
  > {
  /** Where the judge lies on this machine. Default: what the plan says. */
  readonly judge?: string | undefined;
}

/** What came of a piece that is in the store. */
export interface StoredPiece {
  readonly summary: ScoreSummary;
  /** Whether the store had no such part yet. */
  readonly isFirst: boolean;
}

/** A judge that is loaded for a plan, and scores its shards. */
export class ShardScorer implements AsyncDisposable {
  readonly plan: Plan;
  readonly session: Session;
  readonly #folder: RunFolder;
  readonly #judge: Judge;

  private constructor(folder: RunFolder, plan: Plan, judge: Judge, session: Session) {
    this.#folder = folder;
    this.plan = plan;
    this.#judge = judge;
    this.session = session;
  }

  /**
   * Loads a plan's judge.
   *
   * @throws LagerError `MACHINE_MISMATCH` where this machine would compute other bits, and as {@link readPlan},
   *   `loadJudge` and `Judge.openSession`.
   */
  static async open(folder: RunFolder, options: ShardScorerOptions): Promise<ShardScorer> {
    const plan = await readPlan(folder.plan);
    const { header } = plan;
    if (header.version !== version) {
      const what = `version: the plan was made by lager-judge ${header.version}, and this is ${version}`;
      throw new LagerError("MACHINE_MISMATCH", what, { place: { file: folder.plan } });
    }
    const { threads, judge: own, ...machine } = options;
    const judge = await loadJudge(own ?? header.judge, {
      ...header.settings,
      ...machine,
      ...(threads !== undefined && { threads }),
    });
    try {
      const session = await judge.openSession(header.task, header.scoring);
      const own = await fingerprintOf(judge, session);
      const begun = await folder.fingerprint(own);
      if (header.mixed) {
        requireSamePart(own, begun);
        requireSameMachine(own, await folder.fingerprint(own, classOf(own.header)));
      } else {
        requireSameMachine(own, begun);
      }
      return new ShardScorer(folder, plan, judge, session);
    } catch (error) {
      await judge.dispose();
      throw error;
    }
  }

  /**
   * Scores a piece of a shard into the store.
   *
   * @throws LagerError as `scoreToRun` and `RunFolder.keep`.
   */
  async scoreIntoStore(piece: Piece, options: PieceOptions = {}): Promise<StoredPiece> {
    const temporary = await this.#folder.temporaryPart(piece);
    try {
      const summary = await this.score(piece, temporary, options);
      return { summary, isFirst: await this.#folder.keep(piece, temporary) };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Scores a piece of a shard into a run file of its own. */
  async score(
    piece: Piece,
    file: string,
    { force = true, ...options }: PieceOptions = {},
  ): Promise<ScoreSummary> {
    const entries = await this.#entriesOf(piece);
    await this.#forget();
    const how = { ...options, force, entryCount: entries.length };
    return (await scoreToRun(this.session, entries, file, how)).summary;
  }

  /**
   * Writes into the store that a record ended every machine which scored it: a failure for each
   * criterion, `WORKER_DIED`.
   */
  async keepFailed(piece: Piece, reason: string): Promise<void> {
    const { task, condition } = this.session;
    const entries = await this.#entriesOf(piece);
    const hasher = new InputHasher(task, condition.condition);
    const what = `every machine that scored this record ended, the last one so: ${reason}`;
    const outcomes = entries.flatMap((entry): Failure[] =>
      entry.kind === "failure"
        ? [entry]
        : task.criteria.map((criterion) => {
            const error = new LagerError("WORKER_DIED", what, { place: entry.place });
            return failure(entry.id, criterion.name, error, hasher.hash(criterion, entry));
          }),
    );
    const temporary = await this.#folder.temporaryPart(piece);
    try {
      const run = await RunWriter.open(temporary, this.session.header(), { force: true });
      for (const outcome of outcomes) await run.write(outcome);
      await run.finish();
      await this.#folder.keep(piece, temporary);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#judge.dispose();
  }

  async #entriesOf({ shard: number, from, to }: Piece): Promise<Entry[]> {
    const shard = this.plan.shards[number];
    if (shard === undefined) throw noShard(number, this.plan);
    const file = this.#folder.slice(number);
    return (await readSlice(file, this.plan.header, shard)).slice(from, to);
  }

  /**
   * Leaves one token in the key-value cache, which is too little to be shared: so `reusedTokens` of a
   * shard do not depend on what was scored before.
   */
  async #forget(): Promise<void> {
    const token = Int32Array.of(this.session.labels[0]?.tokens[0] ?? 0);
    for (const plainAttention of attentionsOf(this.session)) {
      await this.#judge.engine.capture(token, token, { fresh: true, plainAttention });
    }
  }
}

/** How one piece is scored. */
export interface PieceOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScoreToRunProgress) => void) | undefined;
  /** Replace the file if it exists. Default: true. */
  readonly force?: boolean | undefined;
}

/** What is wrong with the number of a shard that a plan does not have. */
export function noShard(number: number, { shards }: Plan): LagerError {
  const what = `there is no shard ${number}: the plan has ${shards.length}, counted from 0`;
  return new LagerError("INVALID_ARGUMENT", what);
}
