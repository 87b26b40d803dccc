import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { addAbortSignal } from "node:stream";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { unreadableFile } from "../../base/files.ts";
import { inputVersion, requireSameVersion } from "../../base/input-version.ts";

/**
 * The bytes of a file, of standard input (`-`) or of a stream, without a byte-order mark.
 *
 * @throws LagerError UNREADABLE_FILE, INPUT_CHANGED, NOT_UTF8 (for UTF-16, which its byte-order mark tells) or
 *   ABORTED, while it is read
 */
export async function* readBytes(
  input: string | Readable,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  throwIfAborted(signal, "reading the records");
  try {
    const bytes =
      typeof input === "string" && input !== "-"
        ? fileBytes(input, file, signal)
        : streamBytes(input === "-" ? process.stdin : (input as Readable), signal);
    yield* withoutByteOrderMark(bytes, file);
  } catch (cause) {
    throwIfAborted(signal, "reading the records");
    if (cause instanceof LagerError) throw cause;
    throw unreadableFile("the input", file, cause);
  }
}

/** The bytes of a file, and at its end an error if it was written to meanwhile. */
async function* fileBytes(
  path: string,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const handle = await open(path);
  try {
    const before = await inputVersion(handle);
    yield* streamBytes(handle.createReadStream({ autoClose: false }), signal);
    requireSameVersion(before, await inputVersion(handle), file);
  } finally {
    await handle.close();
  }
}

async function* streamBytes(
  stream: Readable,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  // A stream that is ended at once reports it before anybody listens.
  signal?.throwIfAborted();
  if (signal !== undefined) addAbortSignal(signal, stream);
  for await (const chunk of stream) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  }
}

async function* withoutByteOrderMark(
  chunks: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < 3) continue;
    yield afterMark(start, file);
    start = undefined;
  }
  if (start !== undefined) yield afterMark(start, file);
}

function afterMark(start: Buffer, file: string): Buffer {
  const [first, second, third] = start;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new LagerError("NOT_UTF8", "the input is UTF-16; save it as UTF-8", { place: { file } });
  }
  // No text that is read here has a NUL character, and every ASCII character of UTF-16 has the byte.
  if (first === 0 || second === 0) {
    throw new LagerError("NOT_UTF8", "the input looks like UTF-16; save it as UTF-8", {
      place: { file },
    });
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? start.subarray(3) : start;
}
