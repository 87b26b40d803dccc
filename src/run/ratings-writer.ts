import { type FileHandle, open } from "node:fs/promises";
import { LagerError } from "../base/errors.ts";
import { exists, unwritableFile } from "../base/files.ts";
import { OutputLock } from "../base/output-lock.ts";
import { formatRating, type Rating, type RatingsFile, readRatings } from "./ratings.ts";

const WHAT = "the ratings file";

/** Appends to a ratings file. Each rating is on the disk when `write` resolves. */
export class RatingsWriter implements AsyncDisposable {
  readonly file: string;
  /** What the file held when it was opened, of all raters. */
  readonly earlier: readonly Rating[];
  readonly #handle: FileHandle;
  readonly #lock: OutputLock;
  /** What was written since, with where each begins in the file. */
  readonly #written: { readonly rating: Rating; readonly start: number }[] = [];
  #length: number;

  private constructor(
    file: string,
    { ratings: earlier, length }: RatingsFile,
    handle: FileHandle,
    lock: OutputLock,
  ) {
    this.#length = length;
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
      const found = isThere ? await readRatings(file) : { ratings: [], length: 0 };
      const handle = await open(file, "a");
      await handle.truncate(found.length);
      return new RatingsWriter(file, found, handle, lock);
    } catch (error) {
      await lock.release();
      throw error instanceof LagerError ? error : unwritableFile(WHAT, file, error);
    }
  }

  /** @throws LagerError `UNWRITABLE_OUTPUT`. */
  async write(rating: Rating): Promise<void> {
    const line = Buffer.from(formatRating(rating));
    try {
      await this.#handle.appendFile(line);
      await this.#handle.datasync();
    } catch (error) {
      // Part of a line would spoil the next one.
      await this.#handle.truncate(this.#length).catch(() => {});
      throw unwritableFile(WHAT, this.file, error);
    }
    this.#written.push({ rating, start: this.#length });
    this.#length += line.length;
  }

  /**
   * Takes the last rating back that was written since the file was opened.
   *
   * @returns it, or null where there is none.
   * @throws LagerError `UNWRITABLE_OUTPUT`.
   */
  async takeBack(): Promise<Rating | null> {
    const last = this.#written.at(-1);
    if (last === undefined) return null;
    try {
      await this.#handle.truncate(last.start);
      await this.#handle.datasync();
    } catch (error) {
      throw unwritableFile(WHAT, this.file, error);
    }
    this.#written.pop();
    this.#length = last.start;
    return last.rating;
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
