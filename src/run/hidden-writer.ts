import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { endianness } from "node:os";
import { LagerError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { sameJson } from "../base/json.ts";
import { openFailure, writeFailure } from "../base/output-failure.ts";
import { ClosesOnce } from "./closes-once.ts";
import {
  formatHiddenHeader,
  HIDDEN_DATA_START,
  type HiddenHeader,
  type HiddenShape,
  hiddenPath,
  UNFINISHED,
} from "./hidden-format.ts";
import { openHidden } from "./hidden-reader.ts";
import type { OpenFile } from "./rescue.ts";

/**
 * Writes the hidden states of a run beside its run file.
 *
 * A row goes out before the line that refers to it, so that a process that is killed leaves every
 * line of the run with its row. Only {@link close} gives the file its name and its whole header.
 */
export class HiddenWriter extends ClosesOnce {
  /** Path that the file has when it is finished. */
  readonly path: string;
  readonly #header: HiddenHeader;
  readonly #file: FileHandle;
  #rows: number;
  /** A row could not be written: that was told, and the file is left unfinished. */
  #hasFailed = false;

  private constructor(path: string, header: HiddenHeader, file: FileHandle, rows: number) {
    super();
    this.path = path;
    this.#header = header;
    this.#file = file;
    this.#rows = rows;
  }

  /**
   * Creates the file of a run that is about to be written.
   *
   * @param runFile Path of the run file.
   * @param options.force Replace hidden states that are there already. Default: false.
   * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
   */
  static async create(
    runFile: string,
    header: HiddenHeader,
    options: { readonly force?: boolean } = {},
  ): Promise<HiddenWriter> {
    return HiddenWriter.createAt(hiddenPath(runFile), header, options);
  }

  /** {@link create} with the file's own path. */
  static async createAt(
    path: string,
    header: HiddenHeader,
    options: { readonly force?: boolean } = {},
  ): Promise<HiddenWriter> {
    const bytes = formatHiddenHeader(header, 0);
    if (options.force === true) {
      // Before there are new ones: a reader would take these, should this run be killed.
      await rm(path, { force: true });
    } else if (await exists(path)) {
      throw openFailure(path, Object.assign(new Error("it exists"), { code: "EEXIST" }));
    }
    const part = path + UNFINISHED;
    const file = await open(part, options.force === true ? "w+" : "wx+").catch((error: unknown) => {
      throw openFailure(part, error);
    });
    const writer = new HiddenWriter(path, header, file, 0);
    try {
      await writer.#write(bytes, 0);
    } catch (error) {
      await writer.leave();
      await rm(part, { force: true });
      throw error;
    }
    return writer;
  }

  /**
   * Goes on behind the first `rows` rows, which a run refers to; what stands after them is taken away.
   *
   * @param runFile Path of the run file.
   * @param expected What the rows must be of.
   * @throws LagerError `INVALID_RUN` when the rows are not there, or of another judge or other
   *   layers; `UNREADABLE_FILE`, `UNWRITABLE_OUTPUT`.
   */
  static async resume(
    runFile: string,
    expected: Omit<HiddenHeader, "width">,
    rows: number,
  ): Promise<HiddenWriter> {
    const path = hiddenPath(runFile);
    const part = path + UNFINISHED;
    const { width, size } = await requireRows(runFile, expected, rows);
    try {
      if (await exists(path)) await rename(path, part);
      const file = await open(part, "r+");
      await file.truncate(size);
      return new HiddenWriter(path, { ...expected, width }, file, rows);
    } catch (error) {
      throw openFailure(part, error);
    }
  }

  /**
   * Appends the states of one item, shape [layers, width]. Resolves with the number of its row when
   * it has been handed to the system. Wait for each before the next.
   *
   * @throws LagerError `INVALID_ARGUMENT`, `UNWRITABLE_OUTPUT`, `DISPOSED` after close.
   */
  async add(states: Float32Array): Promise<number> {
    this.requireOpen(`the file of hidden states ${this.path} is`);
    const { layers, width } = this.#header;
    if (states.length !== layers.length * width) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `${states.length} numbers are not the hidden states of ${layers.length} layers of ${width}`,
      );
    }
    const row = this.#rows;
    await this.#write(littleEndian(states), HIDDEN_DATA_START + row * states.byteLength).catch(
      (error: unknown) => {
        this.#hasFailed = true;
        throw error;
      },
    );
    this.#rows++;
    return row;
  }

  /** The file as it is written to. */
  get opened(): OpenFile {
    const length = fileSize(this.#header, this.#rows);
    return { path: this.path + UNFINISHED, file: this.#file, length };
  }

  /** Closes the file as it is, unfinished. */
  leave(): Promise<void> {
    this.#hasFailed = true;
    return this.close();
  }

  /** Writes the header, and gives the file its name. */
  protected override async end(): Promise<void> {
    if (this.#hasFailed) return this.#file.close();
    try {
      // A row that could not be written whole.
      await this.#file.truncate(fileSize(this.#header, this.#rows));
      await this.#write(formatHiddenHeader(this.#header, this.#rows), 0);
      await this.#file.sync();
    } catch (error) {
      throw error instanceof LagerError ? error : writeFailure(this.path, error);
    } finally {
      await this.#file.close();
    }
    await rename(this.path + UNFINISHED, this.path).catch((error: unknown) => {
      throw writeFailure(this.path, error);
    });
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const left = bytes.length - done;
        done += (await this.#file.write(bytes, done, left, position + done)).bytesWritten;
      }
    } catch (error) {
      throw writeFailure(this.path + UNFINISHED, error);
    }
  }
}

/** Width of the states, and the file's size with just these rows, in bytes. */
async function requireRows(
  runFile: string,
  expected: Omit<HiddenHeader, "width">,
  rows: number,
): Promise<{ width: number; size: number }> {
  await using found = await openHidden(runFile);
  const { judgeSha256, layers, width } = found;
  const refuse = (what: string): never => {
    throw new LagerError(
      "INVALID_RUN",
      `the run cannot be gone on with: ${what}; write to another file`,
      { place: { file: found.path } },
    );
  };
  if (judgeSha256 !== expected.judgeSha256) refuse("the hidden states are of another judge");
  if (!sameJson(layers, expected.layers)) {
    refuse(
      `the hidden states are of the layers ${layers.join(",")}, not ${expected.layers.join(",")}`,
    );
  }
  if (found.rows < rows) {
    refuse(`it refers to ${rows} rows of hidden states, and there are ${found.rows}`);
  }
  return { width, size: fileSize(found, rows) };
}

/** Bytes of a file of so many rows. */
function fileSize({ layers, width }: HiddenShape, rows: number): number {
  return HIDDEN_DATA_START + rows * layers.length * width * 4;
}

function littleEndian(states: Float32Array): Buffer {
  const bytes = Buffer.from(states.buffer, states.byteOffset, states.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}
