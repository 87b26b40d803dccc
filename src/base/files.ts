import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  access,
  link,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { errorMessage, LagerError, throwIfAborted } from "./errors.ts";
import { fittingName } from "./file-name.ts";
import { systemReason } from "./output-failure.ts";

/** Whether there is a file or folder at a path. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Bytes of all files together; one that is not there counts nothing. */
export async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = files.map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * How the name of a file or folder ends that is still being written: another one each time, with the
 * process's id, so that what a killed process left can be told from what another is writing.
 */
export function partMark(): string {
  return `${randomUUID().slice(0, 8)}.${process.pid}.part`;
}

/**
 * Writes a file under another name beside it, has it flushed to the disk, and renames it: whoever
 * finds it finds it whole, whatever happens meanwhile. A link stays one; a pipe or device is
 * written to as it is, and so is a file in a folder in which none can be made. Others may read the new
 * file only where they might read the old one. The other name ends in a {@link partMark}.
 *
 * @throws the system's error, or the signal's `AbortError`; nothing is left of the other file then.
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array | AsyncIterable<string>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const found = await stat(file).catch(() => null);
  if (found !== null && !found.isFile()) return writeFile(file, content, options);
  const target = found === null ? file : await realpath(file);
  const { dir, base } = path.parse(target);
  const part = path.join(dir, `${fittingName(base)}.${partMark()}`);
  try {
    await writeFile(part, content, { ...options, flush: true, mode: found?.mode ?? 0o666 });
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    if (found === null || !isForbidden(error)) throw error;
    await writeFile(file, content, options);
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(EACCES|EPERM)$/.test(String(error.code));
}

/**
 * {@link replaceFile} for what the user asked to be written.
 *
 * @param what names the file's contents in the message, as in "the weights file".
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export async function writeWhole(file: string, text: string, what: string): Promise<void> {
  await replaceFile(file, text).catch((cause: unknown) => {
    throw unwritableFile(what, file, cause);
  });
}

/**
 * Gives a file that another program wrote the name under which it is looked for, once it has been
 * flushed to the disk: no power failure leaves that name on half a file.
 *
 * @throws the system's error.
 */
export async function moveWhole(file: string, target: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(file, target);
}

/**
 * Gives a file one more name, unless there is something of that name: of several who do it at once, one
 * succeeds.
 *
 * @returns whether the file has the name now; null where the file system has no hard links.
 * @throws the system's error.
 */
export async function linkFirst(file: string, name: string): Promise<boolean | null> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "EEXIST") return false;
    if (/^(EPERM|ENOTSUP|ENOSYS|EOPNOTSUPP|EMLINK|UNKNOWN)$/.test(code)) return null;
    throw error;
  }
}

/**
 * Reads all of a file that the user named, or that something else has written.
 *
 * @param what names the file's contents in the message, as in "the weights file".
 * @throws LagerError `UNREADABLE_FILE`.
 */
export function readWhole(file: string, what: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw unreadableFile(what, file, cause);
  });
}

/** How a file is hashed. */
export interface FileHashOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each megabyte or so with the bytes that have been hashed. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * SHA-256 of a file, lower-case hex.
 *
 * @throws LagerError `UNREADABLE_FILE`, `ABORTED`.
 */
export async function fileSha256(
  file: string,
  { signal, onBytes }: FileHashOptions = {},
): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  throwIfAborted(signal, "the checksum");
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
      throwIfAborted(signal, "the checksum");
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      onBytes?.(bytes);
    }
  } catch (error) {
    // What the callback threw goes on as it is.
    throw error instanceof Error && "syscall" in error
      ? unreadableFile("the file", file, error)
      : error;
  }
  return hash.digest("hex");
}

/** The error of a file that should be read; `what` names it: "the weights file". */
export function unreadableFile(what: string, file: string, cause: unknown): LagerError {
  return new LagerError(
    "UNREADABLE_FILE",
    `${what} cannot be read (${errorMessage(cause)}): check the path and its permissions`,
    { place: { file }, cause },
  );
}

/** The error of a file or folder that should be written; `what` names it: "the weights file". */
export function unwritableFile(what: string, file: string, cause: unknown): LagerError {
  return new LagerError("UNWRITABLE_OUTPUT", `${what} cannot be written (${systemReason(cause)})`, {
    place: { file },
    cause,
  });
}
