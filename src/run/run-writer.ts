import { rm } from "node:fs/promises";
import { checkArguments, OBJECT, objectOf, orNull, PATH, TEXT } from "../base/arguments.ts";
import { exists } from "../base/files.ts";
import { OutputLock } from "../base/output-lock.ts";
import { publicCall } from "../base/public-call.ts";
import type { ExpectedOutcome, KnownOutcome, Outcome } from "../scoring/score/outcome.ts";
import { ClosesOnce } from "./closes-once.ts";
import { indexed } from "./index-run.ts";
import { finishMerge, mergeRun } from "./merge-run.ts";
import { PlannedReader } from "./planned-reader.ts";
import { type PlannedLine, type ResumedCounts, ResumedLines } from "./resumed-lines.ts";
import { RunFiles } from "./run-files.ts";
import type { RunHeader } from "./run-format.ts";
import { anewPath, runPaths } from "./run-paths.ts";
import { OUTCOME, RUN_HEADER } from "./run-shapes.ts";

const EXPECTED = objectOf({ id: TEXT, criterion: orNull(TEXT), facts: OBJECT });

/** How the files of a run are opened. */
export interface OpenRunOptions {
  /** Replace a run that is there. Default: false, and one that is there is an error. */
  readonly force?: boolean | undefined;
  /** Go on with a run that is there; without one, begin it. Default: false. */
  readonly resume?: boolean | undefined;
  /** Of a run that is gone on with, try failed items again. Default: false, and they stay failed. */
  readonly retryFailures?: boolean | undefined;
  /** The file's lock, where the caller holds it; it stays the caller's. Default: it is taken. */
  readonly lock?: OutputLock | undefined;
}

/** How a run is ended. */
export interface FinishRunOptions {
  /**
   * Whether all of the input was read. Then lines of a resumed run whose records it does not have are
   * dropped; otherwise they stay. Default: true.
   */
  readonly isWhole?: boolean | undefined;
}

/**
 * Writes the files of a run: its lines, and the hidden states beside them where its header names
 * layers of them.
 *
 * An outcome's hidden states go out before its line, and `write` resolves when both have been handed to
 * the system. So a process that is killed leaves every line with its row, and at most one cut last line.
 *
 * A run that is gone on with keeps each outcome that is still made from the same: {@link known} finds
 * it by id, criterion and `inputHash`, and new outcomes are appended. From the first line on that is not
 * true any more they are collected in a file beside the run (`run.anew.jsonl`), and {@link finish} makes
 * one whole run of both, in the order of the input.
 *
 * @example
 * await using run = await RunWriter.open("run.jsonl", session.header(), { resume: true });
 * const outcomes = session.scoreAll(entries, { known: (expected) => run.known(expected) });
 * for await (const outcome of outcomes) await run.write(outcome);
 * await run.finish();
 */
export class RunWriter extends ClosesOnce {
  /** Path of the run file. */
  readonly file: string;
  readonly #header: RunHeader;
  readonly #run: RunFiles;
  /** What was scored beside the run. */
  #anew: RunFiles | null;
  /** Null in a new run. */
  readonly #resumed: ResumedLines | null;
  readonly #reader: PlannedReader;
  /** The run as it will be; only of a resumed one. */
  readonly #lines: PlannedLine[] = [];
  readonly #lock: OutputLock | null;
  #hiddenRows = 0;
  #hasFailed = false;
  #finishing: FinishRunOptions | null = null;

  /** @param lock - given back when the run is closed. */
  private constructor(
    header: RunHeader,
    { run, anew, resumed }: OpenedRun,
    lock: OutputLock | null,
  ) {
    super();
    this.#lock = lock;
    this.file = run.file;
    this.#header = header;
    this.#run = run;
    this.#anew = anew;
    this.#resumed = resumed;
    this.#reader = new PlannedReader(header, { run: this.file, anew: anewPath(this.file) });
  }

  /**
   * Opens a run to write, new or to go on with.
   *
   * @param header - `Session.header()` of the session whose outcomes will come.
   * @throws LagerError `OUTPUT_EXISTS`, `OUTPUT_LOCKED`, `UNWRITABLE_OUTPUT`; for a run that is gone on
   *   with `INVALID_ARGUMENT` when it was made in another way, `UNREADABLE_FILE`, and `INVALID_RUN`,
   *   also where lines and rows of hidden states do not go together.
   */
  static async open(
    file: string,
    header: RunHeader,
    options: OpenRunOptions = {},
  ): Promise<RunWriter> {
    checkArguments("RunWriter.open", {
      file: [file, PATH],
      header: [header, RUN_HEADER],
    });
    return publicCall("RunWriter.open", options, (own) => RunWriter.#open(file, header, own));
  }

  static async #open(file: string, header: RunHeader, options: OpenRunOptions): Promise<RunWriter> {
    const lock = options.lock === undefined ? await OutputLock.acquire(file) : null;
    try {
      return new RunWriter(header, await openRun(file, header, options), lock);
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  /** Path of the hidden states; null where there are none. */
  get hiddenFile(): string | null {
    return this.#run.hiddenFile;
  }

  /** Outcomes that a resumed run held when it was opened. */
  get found(): number {
    return this.#resumed?.found ?? 0;
  }

  /**
   * The outcome that a resumed run holds already, with what its line must say now; null where it must
   * be made. It is what `ScoreAllOptions.known` asks, once for each outcome and in order.
   */
  known(expected: ExpectedOutcome): KnownOutcome | null {
    checkArguments("RunWriter.known", { expected: [expected, EXPECTED] });
    const planned = this.#resumed?.find(expected) ?? null;
    return planned === null ? null : () => this.#reader.outcome(planned);
  }

  /**
   * Writes an outcome; one that {@link known} gave is there already. Wait for each before the next.
   *
   * @returns the row of its hidden states; null where it has none.
   * @throws LagerError `UNWRITABLE_OUTPUT`; `OUTPUT_EXISTS` for the hidden states; `DISPOSED` after
   *   close.
   */
  async write(outcome: Outcome): Promise<number | null> {
    checkArguments("RunWriter.write", { outcome: [outcome, OUTCOME] });
    this.requireOpen(`the run ${this.file} is`);
    const planned = this.#resumed?.answered(outcome) ?? (await this.#writeNew(outcome));
    if (this.#resumed !== null) this.#lines.push(planned);
    return planned.line.hiddenRow === undefined ? null : this.#hiddenRows++;
  }

  /**
   * Ends a run whose outcomes have all come: where lines of a resumed one are not true any more, it is
   * written anew without them. Then nothing more can be written.
   *
   * @returns what became of the lines that a resumed run held; null for a new run.
   * @throws LagerError `UNWRITABLE_OUTPUT`; then the run is as it was, and can be gone on with.
   */
  async finish(options: FinishRunOptions = {}): Promise<ResumedCounts | null> {
    return publicCall("RunWriter.finish", options, async (own) => {
      this.requireOpen(`the run ${this.file} is`);
      this.#finishing = own;
      await this.close();
      return this.#resumed?.counts(own.isWhole === false) ?? null;
    });
  }

  async #writeNew(outcome: Outcome): Promise<PlannedLine> {
    const isAnew = this.#resumed?.isOutdated === true;
    const { hiddenRow, ...place } = await this.#filesFor(isAnew)
      .then((files) => files.write(outcome))
      .catch((error: unknown) => {
        this.#hasFailed = true;
        throw error;
      });
    const line = { ...indexed(outcome, place), hiddenRow: hiddenRow ?? undefined };
    return { file: isAnew ? "anew" : "run", line, now: null };
  }

  async #filesFor(isAnew: boolean): Promise<RunFiles> {
    if (!isAnew) return this.#run;
    this.#anew ??= await RunFiles.create(anewPath(this.file), this.#header, true);
    return this.#anew;
  }

  /** Ends the files; what was written is on disk. Unless the run is finished, it can be gone on with. */
  protected override async end(): Promise<void> {
    try {
      const closing = [this.#run, this.#anew, this.#reader].map((each) => each?.close());
      for (const each of await Promise.allSettled(closing)) {
        // Of several errors the first one is the reason.
        if (each.status === "rejected" && !this.#hasFailed) throw each.reason;
      }
      if (!this.#hasFailed && this.#finishing !== null && this.#resumed !== null) {
        await this.#makeWhole(this.#resumed, this.#finishing.isWhole === false);
      }
    } finally {
      await this.#lock?.release();
    }
  }

  async #makeWhole(resumed: ResumedLines, keepsUnseen: boolean): Promise<void> {
    if (resumed.mustMerge(keepsUnseen)) {
      const rest = keepsUnseen ? resumed.unseen() : [];
      await mergeRun(this.file, this.#header, [...this.#lines, ...rest]);
    }
    for (const path of runPaths(anewPath(this.file))) await rm(path, { force: true });
  }
}

interface OpenedRun {
  readonly run: RunFiles;
  /** What was scored beside the run. */
  readonly anew: RunFiles | null;
  /** Null in a new run. */
  readonly resumed: ResumedLines | null;
}

async function openRun(
  file: string,
  header: RunHeader,
  { force = false, resume = false, retryFailures = false }: OpenRunOptions,
): Promise<OpenedRun> {
  if (!resume || !(await exists(file))) {
    const run = await RunFiles.create(file, header, force);
    // Left by a run of that name that is no more.
    for (const path of runPaths(anewPath(file))) await rm(path, { force: true });
    return { run, anew: null, resumed: null };
  }
  await finishMerge(file);
  const run = await RunFiles.resume(file, header);
  try {
    const hasAnew = await exists(anewPath(file));
    const anew = hasAnew ? await RunFiles.resume(anewPath(file), header) : null;
    const resumed = new ResumedLines(run.lines, anew?.lines ?? [], retryFailures);
    return { run: run.files, anew: anew?.files ?? null, resumed };
  } catch (error) {
    await run.files.close();
    throw error;
  }
}
