import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { fileSha256, replaceFile, unreadableFile } from "../../base/files.ts";
import { cacheFolder } from "./cache.ts";
import type { ModelCallOptions } from "./model-progress.ts";

/** A file as it was when it was hashed: while all of this is the same, so is the hash. */
interface FileIdentity {
  readonly path: string;
  readonly size: number;
  /** Nanoseconds, as text: they do not fit a double. */
  readonly modified: string;
  readonly inode: string;
}

interface HashRecord extends FileIdentity {
  readonly sha256: string;
}

/** Progress is told each time this many bytes have been hashed. */
const PROGRESS_BYTES = 16 * 1024 * 1024;

/**
 * SHA-256 of a judge's file, lower-case hex.
 *
 * It is remembered in the cache folder together with the file's path, size, time of
 * modification and inode, so that a file of gigabytes is read once and not on every start.
 *
 * @param options.fresh Read the file even when its hash is remembered. Default: false.
 * @throws LagerError `UNREADABLE_FILE` or `ABORTED`.
 */
export async function cachedSha256(
  file: string,
  options: ModelCallOptions & { readonly fresh?: boolean } = {},
): Promise<string> {
  const identity = await identify(file);
  if (options.fresh !== true) {
    const remembered = await recall(identity);
    if (remembered !== null) return remembered;
  }
  const sha256 = await hash(identity, options);
  // A file that was written to meanwhile has no hash worth remembering.
  if (sameFile(identity, await identify(file))) await remember({ ...identity, sha256 });
  return sha256;
}

/** Remembers the hash of a file that was hashed while it was written. */
export async function rememberSha256(file: string, sha256: string): Promise<void> {
  await remember({ ...(await identify(file)), sha256 });
}

async function identify(file: string): Promise<FileIdentity> {
  const absolute = path.resolve(file);
  try {
    const stats = await stat(absolute, { bigint: true });
    // A pipe or device would be read for ever, and once only.
    if (!stats.isFile()) throw new Error("it is no regular file, but a folder, pipe or device");
    const { size, mtimeNs, ino } = stats;
    return { path: absolute, size: Number(size), modified: String(mtimeNs), inode: String(ino) };
  } catch (error) {
    throw unreadableFile("the judge's file", file, error);
  }
}

async function hash(file: FileIdentity, { signal, onProgress }: ModelCallOptions): Promise<string> {
  let told = 0;
  return fileSha256(file.path, {
    signal,
    onBytes: (bytes) => {
      if (bytes - told < PROGRESS_BYTES && bytes !== file.size) return;
      told = bytes;
      onProgress?.({ phase: "checksum", bytes, totalBytes: file.size });
    },
  });
}

async function recall(identity: FileIdentity): Promise<string | null> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(identity), "utf8"));
    return isHashRecord(record) && sameFile(record, identity) ? record.sha256 : null;
  } catch {
    // Not remembered, or not readable: either way the file itself has the answer.
    return null;
  }
}

async function remember(record: HashRecord): Promise<void> {
  const target = recordPath(record);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await replaceFile(target, `${JSON.stringify(record)}\n`);
  } catch {
    // A read-only cache folder costs time on the next start, no more.
  }
}

/** One small record a file, so that two processes never write to the same one by turns. */
function recordPath(identity: FileIdentity): string {
  const key = createHash("sha256").update(identity.path).digest("hex").slice(0, 32);
  return path.join(cacheFolder(), "hashes", `${key}.json`);
}

function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.path === b.path && a.size === b.size && a.modified === b.modified && a.inode === b.inode;
}

function isHashRecord(value: unknown): value is HashRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "sha256" in value &&
    typeof value.sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(value.sha256)
  );
}
