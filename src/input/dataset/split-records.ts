import type { RecordScanner } from "./record-scanners.ts";

/** No record is this big by intention; beyond it something is not closed, and memory would grow. */
export const LARGEST_RECORD = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

/** What is wrong with a record of more bytes than may be. */
export function largerThan(largest: number): string {
  return `the record is larger than ${largest} bytes`;
}

/** The bytes of one record. */
export interface RecordSlice {
  /** Empty when there is nothing between two separators. */
  readonly bytes: Buffer;
  /** Line in which the record begins, counted from 1. */
  readonly line: number;
  /** What is wrong with it apart from its text. */
  readonly problem?: string;
}

/**
 * Cuts bytes into records. It keeps one record at a time in memory, and goes on after one that is
 * larger than `largest` bytes.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  scanner: RecordScanner,
  largest = LARGEST_RECORD,
): AsyncGenerator<RecordSlice> {
  const record = new OpenRecord(largest);
  let line = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0;
      const role = scanner.roleOf(byte);
      if (role === "record") {
        if (!record.begun) {
          record.begin(line);
          from = index;
        }
      } else if (role === "end") {
        if (record.begun) record.add(chunk.subarray(from, index));
        yield record.take(line);
      }
      if (byte === NEWLINE) line++;
    }
    if (record.begun) record.add(chunk.subarray(from));
  }
  const problem = scanner.problemAtEnd();
  if (record.begun || problem !== undefined) {
    const slice = record.take(line);
    yield problem === undefined ? slice : { ...slice, problem };
  }
}

/** The record that is being read, in the parts that came with the chunks. */
class OpenRecord {
  begun = false;
  readonly #largest: number;
  #parts: Buffer[] = [];
  #size = 0;
  #line = 0;

  constructor(largest: number) {
    this.#largest = largest;
  }

  begin(line: number): void {
    this.begun = true;
    this.#line = line;
  }

  add(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#largest) this.#parts = [];
    else this.#parts.push(part);
  }

  /** Ends the record; `line` is that of an empty one. */
  take(line: number): RecordSlice {
    const slice: RecordSlice = {
      bytes: Buffer.concat(this.#parts),
      line: this.begun ? this.#line : line,
      ...(this.#size > this.#largest ? { problem: largerThan(this.#largest) } : {}),
    };
    this.begun = false;
    this.#parts = [];
    this.#size = 0;
    return slice;
  }
}
