import { constants } from "node:fs";
import { access, type FileHandle, open, rename, rm } from "node:fs/promises";
import { endianness } from "node:os";
import { LagerError } from "../errors.ts";
import {
  formatHiddenHeader,
  HIDDEN_DATA_START,
  type HiddenShape,
  hiddenPath,
  UNFINISHED,
} from "./hidden-format.ts";
import { openFailure, writeFailure } from "./output-failure.ts";

/**
 * Writes the hidden states of a run beside its run file.
 *
 * A row goes out before the line that refers to it, so that a process that is killed leaves every
 * line of the run with its row. Only {@link close} gives the file its name and its whole header.
 */
export class HiddenWriter implements AsyncDisposable {
  /** Path that the file has when it is finished. */
  readonly path: string;
  readonly #shape: HiddenShape;
  readonly #file: FileHandle;
  #rows = 0;
  #closing: Promise<void> | null = null;

  private constructor(path: string, shape: HiddenShape, file: FileHandle) {
    this.path = path;
    this.#shape = shape;
    this.#file = file;
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
    shape: HiddenShape,
    options: { readonly force?: boolean } = {},
  ): Promise<HiddenWriter> {
    const path = hiddenPath(runFile);
    const header = formatHiddenHeader(shape, 0);
    if (options.force !== true && (await exists(path))) {
      throw openFailure(path, Object.assign(new Error("it exists"), { code: "EEXIST" }));
    }
    const part = path + UNFINISHED;
    const file = await open(part, options.force === true ? "w" : "wx").catch((error: unknown) => {
      throw openFailure(part, error);
    });
    // Or a reader would take the older ones, should this run be killed.
    await rm(path, { force: true });
    const writer = new HiddenWriter(path, shape, file);
    await writer.#write(header, 0);
    return writer;
  }

  /**
   * Appends the states of one item, shape [layers, width]. Resolves with the number of its row when
   * it has been handed to the system. Wait for each before the next.
   *
   * @throws LagerError `INVALID_ARGUMENT`, `UNWRITABLE_OUTPUT`, `DISPOSED` after close.
   */
  async add(states: Float32Array): Promise<number> {
    if (this.#closing !== null) {
      throw new LagerError("DISPOSED", `the hidden states ${this.path} are closed: open new ones`);
    }
    const { layers, width } = this.#shape;
    if (states.length !== layers.length * width) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `${states.length} numbers are not the hidden states of ${layers.length} layers of ${width}`,
      );
    }
    const row = this.#rows;
    await this.#write(littleEndian(states), HIDDEN_DATA_START + row * states.byteLength);
    this.#rows++;
    return row;
  }

  /** Writes the header, and gives the file its name. Further calls do nothing. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    try {
      await this.#write(formatHiddenHeader(this.#shape, this.#rows), 0);
      await this.#file.sync();
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

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

function littleEndian(states: Float32Array): Buffer {
  const bytes = Buffer.from(states.buffer, states.byteOffset, states.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}
