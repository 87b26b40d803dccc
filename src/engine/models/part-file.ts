import { createHash, type Hash } from "node:crypto";
import { constants, type FileHandle, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { moveWhole } from "../../base/files.ts";
import { unwritableCache } from "./cache.ts";

/** Bytes that are read at once of what is there. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * A file that is downloaded: under another name until it is whole. Where its content's hash is known, it
 * is named by it, so that a later call, of another process too, goes on with what is there. Whoever uses
 * it holds the target's lock.
 */
export class PartFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #target: string;
  #hash: Hash = createHash("sha256");
  #bytes = 0;

  private constructor(handle: FileHandle, file: string, target: string) {
    this.#handle = handle;
    this.#path = file;
    this.#target = target;
  }

  /**
   * Opens the part of a file, and removes those of other contents.
   *
   * @param sha256 of the content; null where it is not known, and nothing is gone on with.
   * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
   */
  static async open(
    target: string,
    sha256: string | null,
    signal?: AbortSignal,
  ): Promise<PartFile> {
    const file = partPath(target, sha256);
    await removeOthers(target, file);
    const { O_RDWR, O_CREAT, O_TRUNC } = constants;
    const flags = O_RDWR | O_CREAT | (sha256 === null ? O_TRUNC : 0);
    const part = new PartFile(await onDisk(() => open(file, flags)), file, target);
    try {
      await part.#readBack(signal);
    } catch (error) {
      await part[Symbol.asyncDispose]();
      throw error;
    }
    return part;
  }

  /** So many are there. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes what comes next. @throws LagerError `UNWRITABLE_OUTPUT`. */
  async append(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    for (let done = 0; done < chunk.length; ) {
      const place = this.#bytes + done;
      const { bytesWritten } = await onDisk(() =>
        this.#handle.write(chunk, done, chunk.length - done, place),
      );
      done += bytesWritten;
    }
    this.#bytes += chunk.length;
  }

  /** Begins anew. @throws LagerError `UNWRITABLE_OUTPUT`. */
  async clear(): Promise<void> {
    await onDisk(() => this.#handle.truncate(0));
    this.#hash = createHash("sha256");
    this.#bytes = 0;
  }

  /** SHA-256 of what is there, lower-case hex. */
  sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Gives it its own name. @throws LagerError `UNWRITABLE_OUTPUT`. */
  async finish(): Promise<void> {
    await onDisk(() => this.#handle.close());
    await onDisk(() => moveWhole(this.#path, this.#target));
  }

  /** Takes it away. */
  async remove(): Promise<void> {
    await this[Symbol.asyncDispose]();
    await rm(this.#path, { force: true }).catch(() => {});
  }

  /** Closes it; what is there stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close().catch(() => {});
  }

  async #readBack(signal: AbortSignal | undefined): Promise<void> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      throwIfAborted(signal, "the download");
      const { bytesRead } = await onDisk(() =>
        this.#handle.read(buffer, 0, buffer.length, this.#bytes),
      );
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#bytes += bytesRead;
    }
  }
}

/** Where the part of a file is, by its content's hash. */
export function partPath(target: string, sha256: string | null): string {
  return `${target}.${sha256?.slice(0, 16) ?? "unknown"}.part`;
}

async function removeOthers(target: string, own: string): Promise<void> {
  const { dir, base } = path.parse(target);
  for (const name of await readdir(dir).catch(() => [])) {
    const isPart =
      name.startsWith(`${base}.`) &&
      /^(?:[0-9a-f]{16}|unknown)\.part$/.test(name.slice(base.length + 1));
    const file = path.join(dir, name);
    if (isPart && file !== own) await rm(file, { force: true }).catch(() => {});
  }
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LagerError ? error : unwritableCache(error);
  }
}
