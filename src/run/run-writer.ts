import { LagerError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import { parseLayerSet } from "../scoring/weights/layer-set.ts";
import { HiddenWriter } from "./hidden-writer.ts";
import { LineWriter } from "./line-writer.ts";
import { type DoneLines, resumeRun } from "./resume-run.ts";
import type { RunHeader } from "./run-format.ts";

/** How the files of a run are opened. */
export interface OpenRunOptions {
  /** Replace a run that is there. Default: false, and one that is there is an error. */
  readonly force?: boolean | undefined;
  /** Go on with a run that is there; without one, begin it. Default: false. */
  readonly resume?: boolean | undefined;
  /** Told of every line that a resumed run holds already. */
  readonly onLine?: ((line: Outcome) => void | Promise<void>) | undefined;
}

/**
 * Writes the files of a run: its lines, and the hidden states beside them where its header names
 * layers of them.
 *
 * An outcome's hidden states go out before its line, and `write` resolves when both have been handed to
 * the system. So a process that is killed leaves every line with its row, and at most one cut last line.
 *
 * @example
 * await using run = await RunWriter.open("run.jsonl", session.header());
 * for await (const outcome of session.scoreAll(entries)) await run.write(outcome);
 */
export class RunWriter implements AsyncDisposable {
  /** Path of the run file. */
  readonly file: string;
  readonly #judgeSha256: string;
  readonly #lines: LineWriter;
  /** Lines that a resumed run held already; null in a new one. */
  readonly #done: DoneLines | null;
  /** Hidden states that are in the way belong to this run, or may be replaced. */
  readonly #force: boolean;
  #hidden: HiddenWriter | null = null;

  private constructor(
    file: string,
    { judge }: RunHeader,
    lines: LineWriter,
    done: DoneLines | null,
    force: boolean,
  ) {
    this.file = file;
    this.#judgeSha256 = judge.sha256;
    this.#lines = lines;
    this.#done = done;
    this.#force = force;
  }

  /**
   * Opens a run to write, new or to go on with.
   *
   * @param header - `Session.header()` of the session whose outcomes will come.
   * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`; for a run that is gone on with
   *   `INVALID_ARGUMENT` when it was made in another way, `UNREADABLE_FILE`, and `INVALID_RUN`, also
   *   where lines and rows of hidden states do not go together.
   */
  static async open(
    file: string,
    header: RunHeader,
    { force = false, resume = false, onLine }: OpenRunOptions = {},
  ): Promise<RunWriter> {
    if (!resume || !(await exists(file))) {
      const lines = await LineWriter.open(file, header, { force });
      return new RunWriter(file, header, lines, null, force);
    }
    let rows = 0;
    const layers = hiddenLayers(header);
    const { writer, done } = await resumeRun(file, header, (line) => {
      if (layers.length > 0 && line.kind === "score") requireRow(line, rows++, file);
      return onLine?.(line);
    });
    const run = new RunWriter(file, header, writer, done, true);
    if (rows === 0) return run;
    try {
      const expected = { judgeSha256: header.judge.sha256, layers };
      run.#hidden = await HiddenWriter.resume(file, expected, rows);
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** Path of the hidden states; null where there are none. */
  get hiddenFile(): string | null {
    return this.#hidden?.path ?? null;
  }

  /**
   * Whether a run that is gone on with holds this line already; null: the failure of a whole record.
   * Each line answers once. It is what `ScoreAllOptions.isDone` asks.
   */
  take(id: string, criterion: string | null): boolean {
    return this.#done?.take(id, criterion) ?? false;
  }

  /**
   * Writes an outcome. Wait for each before the next.
   *
   * @returns the row of its hidden states; null where it has none.
   * @throws LagerError `UNWRITABLE_OUTPUT`; `OUTPUT_EXISTS` for the hidden states; `DISPOSED` after
   *   close.
   */
  async write(outcome: Outcome): Promise<number | null> {
    const row = await this.#writeHidden(outcome);
    await this.#lines.write(outcome, row ?? undefined);
    return row;
  }

  /** Ends the files; what was written is on disk. Further calls do nothing. */
  async close(): Promise<void> {
    try {
      await this.#lines.close();
    } finally {
      await this.#hidden?.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #writeHidden(outcome: Outcome): Promise<number | null> {
    if (outcome.kind === "failure" || outcome.hidden === undefined) return null;
    const { layers, width, states } = outcome.hidden;
    // Created with the first item: only then is the width of the states known.
    this.#hidden ??= await HiddenWriter.create(
      this.file,
      { judgeSha256: this.#judgeSha256, layers, width },
      { force: this.#force },
    );
    return this.#hidden.add(states);
  }
}

/** Layers whose hidden states lie beside the run. */
function hiddenLayers({ options, judge }: RunHeader): readonly number[] {
  const { hidden } = options;
  return hidden === undefined ? [] : parseLayerSet(hidden, judge.layers).layers;
}

/** Every score of the run has a row, and they follow each other. */
function requireRow({ id, hiddenRow }: Score, row: number, file: string): void {
  if (hiddenRow === row) return;
  throw new LagerError(
    "INVALID_RUN",
    `the run cannot be gone on with: a score should have row ${row} of the hidden states, and has ` +
      `${hiddenRow === undefined ? "none" : `row ${hiddenRow}`}; write to another file`,
    { place: { file, record: id, field: "hiddenRow" } },
  );
}
