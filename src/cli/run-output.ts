import { LagerError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { hiddenPath, UNFINISHED } from "../run/hidden-format.ts";
import { HiddenWriter } from "../run/hidden-writer.ts";
import type { DoneLines } from "../run/resume-run.ts";
import type { RunFailure, RunHeader, RunScore } from "../run/run-format.ts";
import type { RunWriter } from "../run/run-writer.ts";
import type { ItemOutcome } from "../scoring/score/item-outcome.ts";
import { checkOutput } from "./check-output.ts";
import { type OpenRunOptions, openRun } from "./open-run.ts";

/** The files that a run is written to: its lines, and the hidden states beside them. */
export class RunOutput implements AsyncDisposable {
  /** The lines that a resumed run held already; undefined in a new one. */
  readonly done: DoneLines | undefined;
  readonly #file: string;
  readonly #judgeSha256: string;
  readonly #lines: RunWriter;
  /** Hidden states that are in the way belong to this run, or may be replaced. */
  readonly #force: boolean;
  #hidden: HiddenWriter | null = null;

  private constructor(
    file: string,
    judgeSha256: string,
    opened: { readonly writer: RunWriter; readonly done?: DoneLines },
    force: boolean,
  ) {
    this.#file = file;
    this.#judgeSha256 = judgeSha256;
    this.#lines = opened.writer;
    this.done = opened.done;
    this.#force = force;
  }

  /**
   * Opens a run to write, new or to go on with.
   *
   * @param hiddenLayers Layers whose hidden states will come; empty: none.
   * @param onLine told of every line that a resumed run holds already.
   * @throws LagerError as `openRun` and `HiddenWriter.resume`; `INVALID_RUN` where lines and rows of
   *   hidden states do not go together.
   */
  static async open(
    file: string,
    header: RunHeader,
    options: OpenRunOptions & { readonly hiddenLayers: readonly number[] },
    onLine: (line: RunScore | RunFailure) => void | Promise<void>,
  ): Promise<RunOutput> {
    let rows = 0;
    const hasHidden = options.hiddenLayers.length > 0;
    const opened = await openRun(file, header, options, (line) => {
      if (hasHidden && line.kind === "score") {
        requireRow(line, rows, file);
        rows++;
      }
      return onLine(line);
    });
    const { sha256 } = header.judge;
    const force = options.force === true || opened.done !== undefined;
    const output = new RunOutput(file, sha256, opened, force);
    try {
      if (rows > 0) {
        const expected = { judgeSha256: sha256, layers: options.hiddenLayers };
        output.#hidden = await HiddenWriter.resume(file, expected, rows);
      }
      return output;
    } catch (error) {
      await output.close();
      throw error;
    }
  }

  /** Path of the hidden states; null where there are none. */
  get hiddenFile(): string | null {
    return this.#hidden?.path ?? null;
  }

  /**
   * Writes an outcome: its hidden states first, so that a line that is there has its row.
   *
   * @returns the line as it stands in the run.
   * @throws LagerError `UNWRITABLE_OUTPUT`, `OUTPUT_EXISTS` for the hidden states.
   */
  async write(outcome: ItemOutcome): Promise<RunScore | RunFailure> {
    const line = await this.#withRow(outcome);
    await this.#lines.write(line);
    return line;
  }

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

  async #withRow(outcome: ItemOutcome): Promise<RunScore | RunFailure> {
    if (outcome.kind === "failure" || outcome.hidden === undefined) return outcome;
    const { hidden, ...line } = outcome;
    // Created with the first item: only then is the width of the states known.
    this.#hidden ??= await HiddenWriter.create(
      this.#file,
      { judgeSha256: this.#judgeSha256, layers: hidden.layers, width: hidden.width },
      { force: this.#force },
    );
    return { hiddenRow: await this.#hidden.add(hidden.states), ...line };
  }
}

/**
 * Checks, before a judge is loaded, that hidden states can be written beside a run.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there is no run file; `OUTPUT_EXISTS`,
 *   `UNWRITABLE_OUTPUT`.
 */
export async function checkHiddenOutput(file: string | undefined, force: boolean): Promise<void> {
  if (file === undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "hidden states are written beside a run file: name one with -o, or leave out --capture",
    );
  }
  const path = hiddenPath(file);
  await checkOutput(path, force);
  if (await exists(path + UNFINISHED)) await checkOutput(path + UNFINISHED, force);
}

/** Every score of the run has a row, and they follow each other. */
function requireRow({ id, hiddenRow }: RunScore, row: number, file: string): void {
  if (hiddenRow === row) return;
  throw new LagerError(
    "INVALID_RUN",
    `the run cannot be gone on with: a score should have row ${row} of the hidden states, and has ` +
      `${hiddenRow === undefined ? "none" : `row ${hiddenRow}`}; write to another file`,
    { place: { file, record: id, field: "hiddenRow" } },
  );
}
