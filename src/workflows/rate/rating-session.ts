import {
  checkArguments,
  NUMBER,
  optional,
  optionsWith,
  orNull,
  PATH,
  TEXT,
} from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { requireNoInput } from "../../base/output-checks.ts";
import { publicCall } from "../../base/public-call.ts";
import type { Task } from "../../input/task/task.ts";
import { lineKey } from "../../run/line-key.ts";
import { inputPath } from "../../run/line-texts.ts";
import { requireRater, requireScaleValue } from "../../run/ratings.ts";
import { RatingsWriter } from "../../run/ratings-writer.ts";
import { readRun } from "../../run/read-run.ts";
import { runInputs } from "../../run/run-paths.ts";
import { type RatingEntry, ratingEntries } from "./rating-entries.ts";
import { readPlan } from "./read-plan.ts";
import type { RatingProgress, RatingView } from "./result.ts";

/** What is rated, by whom, and where it is written. */
export interface RatingSessionOptions {
  /**
   * The data that the run was scored from, for texts that the run itself does not hold. Default: what
   * the run names.
   */
  readonly data?: string | undefined;
  /** The ratings file; it is made, or gone on with. */
  readonly output: string;
  readonly rater: string;
  /** A plan's file. Default: every scored line, in the run's order. */
  readonly plan?: string | undefined;
  /** Whether the judge's score is kept from the rater. Default: false. */
  readonly blind?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A rater at work: one record on one criterion after the other, from the first that the rater has not
 * scored. Every score is on the disk before the next record is shown.
 *
 * @example
 * await using session = await RatingSession.open("run.jsonl", {
 *   data: "answers.jsonl", output: "ratings.jsonl", rater: "anna",
 * });
 * for (let view = session.current(); view !== null; view = session.current()) {
 *   await session.rate(ask(view.item));
 * }
 */
export class RatingSession implements AsyncDisposable {
  readonly #task: Task;
  readonly #entries: readonly RatingEntry[];
  readonly #writer: RatingsWriter;
  readonly #given = new Map<string, number | null>();
  readonly #options: RatingSessionOptions;
  #place = 0;

  private constructor(
    task: Task,
    entries: readonly RatingEntry[],
    writer: RatingsWriter,
    options: RatingSessionOptions,
  ) {
    this.#task = task;
    this.#entries = entries;
    this.#writer = writer;
    this.#options = options;
    for (const { rater, id, criterion, human } of writer.earlier) {
      if (rater === options.rater) this.#given.set(lineKey({ id, criterion }), human);
    }
    this.#forward();
  }

  /**
   * Opens a run, with its texts: they are its own (`lager score --include texts`), or of the data that
   * it was scored from.
   *
   * @throws LagerError `INVALID_ARGUMENT` when there is nothing to rate, as where texts are not those
   *   that the run was scored from, or a plan names what the run does not hold;
   *   `UNREADABLE_FILE`, `INVALID_RUN`, `UNWRITABLE_OUTPUT`, `ABORTED`, and as `readRecords`.
   */
  static async open(run: string, options: RatingSessionOptions): Promise<RatingSession> {
    checkArguments("RatingSession.open", { run: [run, PATH] });
    const shape = optionsWith({ data: optional(PATH), output: PATH, rater: TEXT });
    return publicCall("RatingSession.open", options, (own) => RatingSession.#open(run, own), shape);
  }

  static async #open(run: string, options: RatingSessionOptions): Promise<RatingSession> {
    requireRater(options.rater);
    const read = await readRun(run, { onCutLastLine: () => {} });
    const { header } = read;
    const data = options.data ?? inputPath(header, run) ?? undefined;
    await requireNoInput([options.output], [...runInputs([run]), data, options.plan]);
    const plan =
      options.plan === undefined
        ? null
        : { file: options.plan, ratings: await readPlan(options.plan) };
    const entries = await ratingEntries(read, { ...options, run, plan });
    if (entries.length === 0) {
      throw new LagerError("INVALID_ARGUMENT", "there is nothing to rate: the run holds no score", {
        place: { file: run },
      });
    }
    return new RatingSession(
      header.task,
      entries,
      await RatingsWriter.open(options.output),
      options,
    );
  }

  get task(): Task {
    return this.#task;
  }

  /** How much of it is done. */
  progress(): RatingProgress {
    const done = this.#entries.filter((entry) => this.#given.has(entry.key)).length;
    return { done, total: this.#entries.length };
  }

  /** What is to be rated now; null when all is. */
  current(): RatingView | null {
    const entry = this.#entries[this.#place];
    if (entry === undefined) return null;
    const { rater, blind = false } = this.#options;
    const given = this.#given.get(entry.key);
    return {
      ...this.progress(),
      task: this.#task,
      rater,
      item: {
        id: entry.id,
        texts: entry.texts,
        criterion: entry.criterion,
        score: blind ? null : entry.score,
        given,
      },
    };
  }

  /**
   * Scores the current record, or leaves it out (null), and goes on to the next that has no score.
   *
   * @param human the value of a label of the task's scale.
   * @throws LagerError `INVALID_ARGUMENT` when all is rated, or the scale has no such value;
   *   `UNWRITABLE_OUTPUT`.
   */
  async rate(human: number | null): Promise<void> {
    checkArguments("RatingSession.rate", { human: [human, orNull(NUMBER)] });
    const entry = this.#entries[this.#place];
    if (entry === undefined) throw new LagerError("INVALID_ARGUMENT", "everything is rated");
    requireScaleValue(
      human,
      this.#task.scale.map(({ value }) => value),
    );
    const { id, criterion } = entry;
    const { rater } = this.#options;
    await this.#writer.write({ id, criterion: criterion.name, human, rater });
    this.#given.set(entry.key, human);
    this.#place++;
    this.#forward();
  }

  /** Goes back to the record before, to score it again; stays at the first. */
  back(): void {
    this.#place = Math.max(0, this.#place - 1);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #forward(): void {
    for (; this.#place < this.#entries.length; this.#place++) {
      const entry = this.#entries[this.#place];
      if (entry !== undefined && !this.#given.has(entry.key)) return;
    }
  }
}
