import { type FileHandle, open, stat } from "node:fs/promises";
import type { LagerError } from "../base/errors.ts";
import { openFailure, writeFailure } from "../base/output-failure.ts";
import type { OpenFile } from "./rescue.ts";

/** Where a text lies in a file, in bytes. */
export interface FilePlace {
  readonly offset: number;
  readonly length: number;
}

/**
 * A file to which whole texts are appended. Each is in the hands of the system when its call resolves;
 * one that could not be written whole is taken away again, and then nothing more is written.
 */
export class FileSink {
  readonly path: string;
  readonly #file: FileHandle;
  /** A pipe or device has no places. */
  readonly #isRegular: boolean;
  #length: number;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;
  /** What to do about a full disk. */
  #onFull: () => string = () => "make room and run again";

  private constructor(path: string, file: FileHandle, isRegular: boolean, length: number) {
    this.path = path;
    this.#file = file;
    this.#isRegular = isRegular;
    this.#length = length;
  }

  /**
   * @param flags - `w+` to replace what is there, `wx+` to refuse it.
   * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
   */
  static async create(path: string, flags: "w+" | "wx+"): Promise<FileSink> {
    try {
      // A pipe is never opened to be read as well: its reader would not see its end.
      const isPipe = flags === "w+" && !(await isRegularOrMissing(path));
      const file = await open(path, isPipe ? "w" : flags);
      return new FileSink(path, file, (await file.stat()).isFile(), 0);
    } catch (error) {
      throw openFailure(path, error);
    }
  }

  /**
   * Goes on behind the first `length` bytes; what stands after them is taken away.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`.
   */
  static async append(path: string, length: number): Promise<FileSink> {
    try {
      const file = await open(path, "r+");
      await file.truncate(length);
      return new FileSink(path, file, true, length);
    } catch (error) {
      throw openFailure(path, error);
    }
  }

  /** Has errors of a full disk say what to do about it. */
  sayOnFull(onFull: () => string): void {
    this.#onFull = onFull;
  }

  /** The file as it is written to. */
  get opened(): OpenFile {
    return { path: this.path, file: this.#file, length: this.#length };
  }

  /**
   * Appends a text. Texts that are not waited for keep their order.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`, also after another text could not be written.
   */
  write(text: string): Promise<FilePlace> {
    const written = this.#last.then(() => this.#append(Buffer.from(text)));
    this.#last = written.catch(() => {});
    return written;
  }

  /**
   * Waits for what is being written, flushes it to the disk and closes the file. After a failure it
   * only closes: that was told.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`.
   */
  async end(): Promise<void> {
    await this.#last;
    try {
      if (this.#failure === null && this.#isRegular) await this.#file.sync();
    } catch (error) {
      throw this.#failed(error);
    } finally {
      await this.#file.close();
    }
  }

  async #append(bytes: Buffer): Promise<FilePlace> {
    if (this.#failure !== null) throw this.#failed(this.#failure.error);
    const offset = this.#length;
    try {
      for (let done = 0; done < bytes.length; ) {
        const place = this.#isRegular ? offset + done : null;
        done += (await this.#file.write(bytes, done, bytes.length - done, place)).bytesWritten;
      }
    } catch (error) {
      this.#failure = { error };
      if (this.#isRegular) await this.#file.truncate(offset).catch(() => {});
      throw this.#failed(error);
    }
    this.#length += bytes.length;
    return { offset, length: bytes.length };
  }

  #failed(error: unknown): LagerError {
    return writeFailure(this.path, error, this.#onFull());
  }
}

async function isRegularOrMissing(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
}
