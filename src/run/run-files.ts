import { LagerError } from "../base/errors.ts";
import { writeFailure } from "../base/output-failure.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { parseLayerSet } from "../scoring/weights/layer-set.ts";
import type { FilePlace } from "./file-sink.ts";
import { HiddenWriter } from "./hidden-writer.ts";
import { type IndexedLine, indexRun } from "./index-run.ts";
import { LineWriter } from "./line-writer.ts";
import { isInPlace, savedAgain } from "./rescue.ts";
import type { RunHeader } from "./run-format.ts";

/** How often a run makes sure that its files are still there. */
const CHECK_EVERY_MS = 1000;

/** Where an outcome was written. */
export interface WrittenOutcome extends FilePlace {
  /** Row of its hidden states; null where it has none. */
  readonly hiddenRow: number | null;
}

/** A run's lines and the hidden states beside them, which are written to. */
export class RunFiles {
  readonly file: string;
  readonly #judgeSha256: string;
  readonly #lines: LineWriter;
  /** Hidden states that are in the way belong to this run, or may be replaced. */
  readonly #replacesHidden: boolean;
  #hidden: HiddenWriter | null;
  #checkedAt = performance.now();
  /** The files are not where they were: that was told, and what was written is safe elsewhere. */
  #loss: LagerError | null = null;
  #isClosed = false;

  private constructor(
    file: string,
    { judge }: RunHeader,
    lines: LineWriter,
    hidden: HiddenWriter | null,
    replacesHidden: boolean,
  ) {
    this.file = file;
    this.#judgeSha256 = judge.sha256;
    this.#lines = lines;
    this.#hidden = hidden;
    this.#replacesHidden = replacesHidden;
  }

  /** @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`. */
  static async create(file: string, header: RunHeader, force: boolean): Promise<RunFiles> {
    const lines = await LineWriter.open(file, header, { force });
    return new RunFiles(file, header, lines, null, force);
  }

  /**
   * Goes on behind the whole lines of a run and their hidden states.
   *
   * @throws LagerError as `indexRun`; `INVALID_RUN` also where lines and rows do not go together;
   *   `UNWRITABLE_OUTPUT`.
   */
  static async resume(
    file: string,
    header: RunHeader,
  ): Promise<{ readonly files: RunFiles; readonly lines: readonly IndexedLine[] }> {
    const { lines, length } = await indexRun(file, header);
    if (length === 0) return { files: await RunFiles.create(file, header, true), lines };
    const layers = hiddenLayers(header);
    let rows = 0;
    if (layers.length > 0) {
      for (const line of lines) if (line.code === undefined) requireRow(line, rows++, file);
    }
    const writer = await LineWriter.append(file, length, lines.length);
    try {
      const expected = { judgeSha256: header.judge.sha256, layers };
      const hidden = rows === 0 ? null : await HiddenWriter.resume(file, expected, rows);
      return { files: new RunFiles(file, header, writer, hidden, true), lines };
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  /** Path of the hidden states; null where there are none. */
  get hiddenFile(): string | null {
    return this.#hidden?.path ?? null;
  }

  /**
   * Writes an outcome: its hidden states before its line, so that every line has its row.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`, also where the files were removed or replaced meanwhile: then
   *   they were saved once more; `OUTPUT_EXISTS` for the hidden states; `DISPOSED`.
   */
  async write(outcome: Outcome): Promise<WrittenOutcome> {
    const hiddenRow = await this.#writeHidden(outcome);
    const place = await this.#lines.write(outcome, hiddenRow ?? undefined);
    if (this.#loss !== null || performance.now() - this.#checkedAt > CHECK_EVERY_MS)
      await this.#requireInPlace();
    return { ...place, hiddenRow };
  }

  /** Further calls do nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (this.#loss === null) await this.#requireInPlace();
    } finally {
      await this.#closeFiles();
    }
  }

  async #closeFiles(): Promise<void> {
    try {
      await this.#lines.close();
    } finally {
      await this.#hidden?.close();
    }
  }

  async #writeHidden(outcome: Outcome): Promise<number | null> {
    if (outcome.kind === "failure" || outcome.hidden === undefined) return null;
    const { layers, width, states } = outcome.hidden;
    try {
      // Created with the first item: only then is the width of the states known.
      this.#hidden ??= await HiddenWriter.create(
        this.file,
        { judgeSha256: this.#judgeSha256, layers, width },
        { force: this.#replacesHidden },
      );
      return await this.#hidden.add(states);
    } catch (error) {
      if (!(error instanceof LagerError) || error.code !== "UNWRITABLE_OUTPUT") throw error;
      const advice = `${this.#lines.saved}; make room, and go on with --resume`;
      throw writeFailure(error.place.file ?? this.file, error.cause, advice);
    }
  }

  /** Whoever removes a file that is written to takes what comes from then on, and nothing says so. */
  async #requireInPlace(): Promise<void> {
    this.#checkedAt = performance.now();
    if (this.#loss !== null) throw this.#loss;
    const lines = this.#lines.opened;
    const hidden = this.#hidden?.opened;
    const areLines = await isInPlace(lines);
    const areStates = hidden === undefined || (await isInPlace(hidden));
    if (areLines && areStates) return;
    const saved = await savedAgain(
      { ...lines, isInPlace: areLines },
      hidden === undefined ? null : { ...hidden, isInPlace: areStates },
    );
    await this.#hidden?.leave();
    this.#loss = new LagerError(
      "UNWRITABLE_OUTPUT",
      `the ${areLines ? "hidden states were" : "run file was"} removed or replaced while it was ` +
        `written; ${saved}`,
      { place: { file: areLines ? (hidden?.path ?? this.file) : this.file } },
    );
    throw this.#loss;
  }
}

/** Layers whose hidden states lie beside the run. */
function hiddenLayers({ options, judge }: RunHeader): readonly number[] {
  const { hidden } = options;
  return hidden === undefined ? [] : parseLayerSet(hidden, judge.layers).layers;
}

/** Every score of the run has a row, and they follow each other. */
function requireRow({ id, hiddenRow }: IndexedLine, row: number, file: string): void {
  if (hiddenRow === row) return;
  throw new LagerError(
    "INVALID_RUN",
    `the run cannot be gone on with: a score should have row ${row} of the hidden states, and has ` +
      `${hiddenRow === undefined ? "none" : `row ${hiddenRow}`}; write to another file`,
    { place: { file, record: id, field: "hiddenRow" } },
  );
}
