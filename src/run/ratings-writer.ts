import { type FileHandle, open } from "node:fs/promises";
import { exists, unwritableFile } from "../base/files.ts";
import { formatRating, type Rating, readRatings } from "./ratings.ts";

const WHAT = "the ratings file";

/** Appends to a ratings file. Each rating is on the disk when `write` resolves. */
export class RatingsWriter implements AsyncDisposable {
  readonly file: string;
  /** What the file held when it was opened, of all raters. */
  readonly earlier: readonly Rating[];
  readonly #handle: FileHandle;

  private constructor(file: string, earlier: readonly Rating[], handle: FileHandle) {
    this.file = file;
    this.earlier = earlier;
    this.#handle = handle;
  }

  /**
   * Opens a file that is there, or makes one. A cut last line is taken away.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`, and as `readRatings`.
   */
  static async open(file: string): Promise<RatingsWriter> {
    const isThere = await exists(file);
    const { ratings, length } = isThere ? await readRatings(file) : { ratings: [], length: 0 };
    try {
      const handle = await open(file, "a");
      await handle.truncate(length);
      return new RatingsWriter(file, ratings, handle);
    } catch (error) {
      throw unwritableFile(WHAT, file, error);
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

  close(): Promise<void> {
    return this.#handle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
