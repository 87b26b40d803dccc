import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { addAbortSignal } from "node:stream";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { unreadableFile } from "../../base/files.ts";

/**
 * The bytes of a file, of standard input (`-`) or of a stream, without a byte-order mark.
 *
 * @throws LagerError UNREADABLE_FILE, NOT_UTF8 (for UTF-16, which its byte-order mark tells) or
 *   ABORTED, while it is read
 */
export async function* readBytes(
  input: string | Readable,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  throwIfAborted(signal, "reading the records");
  const stream = openStream(input);
  if (signal !== undefined) addAbortSignal(signal, stream);
  try {
    yield* withoutByteOrderMark(buffers(stream), file);
  } catch (cause) {
    throwIfAborted(signal, "reading the records");
    if (cause instanceof LagerError) throw cause;
    throw unreadableFile("the input", file, cause);
  }
}

function openStream(input: string | Readable): Readable {
  if (typeof input !== "string") return input;
  return input === "-" ? process.stdin : createReadStream(input);
}

async function* buffers(stream: Readable): AsyncGenerator<Buffer> {
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
