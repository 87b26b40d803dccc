import { createReadStream } from "node:fs";
import { LagerError } from "../base/errors.ts";
import { unreadableFile } from "../base/files.ts";

/** One line of a file, as bytes: whether it is UTF-8 is for the caller to find out. */
export interface FileLine {
  /** Counted from 1. */
  readonly number: number;
  readonly bytes: Buffer;
  /** False when the file ends without a line end after it. */
  readonly terminated: boolean;
}

/** A run line is some kilobytes, with a prompt perhaps a megabyte; this is no run line. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/**
 * Lines of a file, ended by \n alone: JSON text may hold U+2028 and U+2029 as they are, which
 * Node's readline takes for line ends.
 *
 * @throws LagerError `UNREADABLE_FILE`, or `INVALID_RUN` when a line has no end in sight.
 */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 1;
  for await (const chunk of chunksOf(path)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const rest = chunk.subarray(start, end);
      yield { number, bytes: Buffer.concat([...pending, rest]), terminated: true };
      pending = [];
      pendingBytes = 0;
      number++;
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
    pendingBytes += chunk.length - start;
    if (pendingBytes > MAX_LINE_BYTES) {
      throw new LagerError("INVALID_RUN", "the line is too long for a run file", {
        place: { file: path, line: number },
      });
    }
  }
  if (pendingBytes > 0) yield { number, bytes: Buffer.concat(pending), terminated: false };
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadableFile("the file", path, error);
  }
}
