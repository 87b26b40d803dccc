import { type FileHandle, open } from "node:fs/promises";
import { LagerError } from "../base/errors.ts";
import { exists, unwritableFile } from "../base/files.ts";
import { OutputLock } from "../base/output-lock.ts";
import { formatRating, type Rating, readRatings } from "./ratings.ts";

const WHAT = "the ratings file";

/** Appends to a ratings file. Each rating is on the disk when `write` resolves. */
export class RatingsWriter implements AsyncDisposable {
  readonly file: string;
  /** What the file held when it was opened, of all raters. */
  readonly earlier: readonly Rating[];
  readonly #handle: FileHandle;
  readonly #lock: OutputLock;

  private constructor(
    file: string,
    earlier: readonly Rating[],
    handle: FileHandle,
    lock: OutputLock,
  ) {
    this.file = file;
    this.earlier = earlier;
    this.#handle = handle;
    this.#lock = lock;
  }

  /**
   * Opens a file that is there, or makes one. A cut last line is taken away.
   *
   * @throws LagerError `OUTPUT_LOCKED`, `UNWRITABLE_OUTPUT`, and as `readRatings`.
   */
  static async open(file: string): Promise<RatingsWriter> {
    const lock = await OutputLock.acquire(file);
    try {
      const isThere = await exists(file);
      const { ratings, length } = isThere ? await readRatings(file) : { ratings: [], length: 0 };
      const handle = await open(file, "a");
      await handle.truncate(length);
      return new RatingsWriter(file, ratings, handle, lock);
    } catch (error) {
      await lock.release();
      throw error instanceof LagerError ? error : unwritableFile(WHAT, file, error);
    }
  }

  /** @throws LagerError `UNWRITABLE_OUTPUT`. */
  async write(rating: Rating): Promise<void> {
    try {
      await this.#handle.appendFile(formatRating(rating));
      await this.#handle.datasync();
    } catch (error) {
      throw unwritableFile(WHAT, this.file, error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close();
    } finally {
      await this.#lock.release();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
