import { readdir } from "node:fs/promises";
import path from "node:path";
import { bytesOf } from "../../base/files.ts";
import type { ModelProgress } from "./model-progress.ts";

/** How often the folders are looked at, in milliseconds. */
const INTERVAL_MS = 200;

/**
 * Tells the progress of a download, whoever makes it, by the size of the file that grows
 * in one of its folders.
 */
export class DownloadMeter {
  readonly #folders: readonly string[];
  readonly #totalBytes: number;
  readonly #onProgress: ((progress: ModelProgress) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #finishedBytes = 0;
  #toldBytes = 0;
  #stopped = false;
  #looking = false;
  #failure: { readonly error: unknown } | null = null;

  /** @param folders They need not exist all the time. */
  constructor(
    folders: readonly string[],
    totalBytes: number,
    onProgress: ((progress: ModelProgress) => void) | undefined,
  ) {
    this.#folders = folders;
    this.#totalBytes = totalBytes;
    this.#onProgress = onProgress;
    if (onProgress !== undefined) this.#timer = setInterval(() => void this.#look(), INTERVAL_MS);
  }

  /**
   * Counts a file that was downloaded and has left the folders.
   *
   * @throws what the progress callback threw meanwhile.
   */
  finishFile(bytes: number): void {
    if (this.#failure !== null) throw this.#failure.error;
    this.#finishedBytes += bytes;
    this.#tell(this.#finishedBytes);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const finishedBefore = this.#finishedBytes;
      // pip copies a finished download from one folder to the other: it is in both for a moment.
      const sizes = await Promise.all(this.#folders.map(folderBytes));
      if (finishedBefore === this.#finishedBytes) this.#tell(finishedBefore + Math.max(...sizes));
    } catch (error) {
      // Nobody waits for this call; finishFile hands the error on.
      this.#failure ??= { error };
    } finally {
      this.#looking = false;
    }
  }

  #tell(bytes: number): void {
    const shown = Math.min(bytes, this.#totalBytes);
    if (this.#stopped || shown <= this.#toldBytes) return;
    this.#toldBytes = shown;
    this.#onProgress?.({ phase: "download", bytes: shown, totalBytes: this.#totalBytes });
  }
}

/** Bytes of all files below a folder; what vanishes while it is looked at counts nothing. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return bytesOf(files.map(({ parentPath, name }) => path.join(parentPath, name)));
}
