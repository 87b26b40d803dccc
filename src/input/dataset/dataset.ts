import { Readable } from "node:stream";
import { checkArguments, PATH, type Shape, shape } from "../../base/arguments.ts";
import { type ErrorPlace, LagerError, throwIfAborted } from "../../base/errors.ts";
import { publicStream } from "../../base/public-call.ts";
import { TASK } from "../task/parse-task.ts";
import type { Task } from "../task/task.ts";
import { readBytes } from "./byte-input.ts";
import type { DataFormat } from "./data-format.ts";
import { formatOfFile, sniffFormat } from "./data-format.ts";
import { type Failure, failure } from "./failure.ts";
import { loadRecords } from "./loaders/load-records.ts";
import { parquetRecords } from "./parquet-records.ts";
import { ownId, parseAs } from "./parse-record.ts";
import type { RawRecord } from "./raw-records.ts";
import { rawRecords } from "./raw-records.ts";
import type { DatasetRecord } from "./record.ts";
import { recordHash } from "./record-hash.ts";

/** How a data set is read. */
export interface DatasetOptions {
  /** Default: by the file's extension; for standard input and streams by the first byte. */
  readonly format?: DataFormat | undefined;
  /** Name of the input in messages. Default: its path, `-` for standard input and streams. */
  readonly file?: string | undefined;
  /** Read at most so many records, counting those that fail. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What is read of one record. Codes of its failure: MALFORMED_RECORD, NOT_UTF8, INVALID_FIELD,
 * EMPTY_RESPONSE or DUPLICATE_ID.
 */
export type Entry = DatasetRecord | Failure;

/**
 * Reads the records of a `.jsonl`, `.json` (an array), `.csv` or `.parquet` file, of standard input
 * (`-`) or of a stream, one at a time: only one is kept in memory, of Parquet a row group, and of
 * what a task's loader puts together all of it.
 *
 * A byte-order mark, CRLF and blank lines are fine. A column `a.b` of a CSV file is the field
 * `a.b`, which a dotted path finds as well.
 *
 * @throws LagerError, for the whole input: INVALID_ARGUMENT (unknown extension), UNREADABLE_FILE,
 *   INPUT_CHANGED, NOT_UTF8 (UTF-16), MALFORMED_RECORD (the header row of a CSV input; JSON
 *   that is no array), ABORTED
 */
export async function* readRecords(
  input: string | Readable,
  task: Task,
  options: DatasetOptions = {},
): AsyncGenerator<Entry> {
  checkArguments("readRecords", { task: [task, TASK] });
  yield* publicStream("readRecords", options, async function* (own) {
    const dataset = await openDataset(input, own);
    yield* dataset.records(task);
  });
}

/**
 * How many entries {@link readRecords} would give. Nothing is kept of the records, not even their
 * ids, so this may run beside the reading itself.
 *
 * @throws LagerError as {@link readRecords}
 */
export async function countRecords(
  input: string,
  task: Task,
  options: DatasetOptions = {},
): Promise<number> {
  const { limit = Number.POSITIVE_INFINITY, file = input } = options;
  const raw = await openRaw(input, file, options);
  let count = 0;
  for await (const _ of loadRecords(task.loader, raw, file)) {
    if (count >= limit) break;
    count++;
  }
  return count;
}

/**
 * The records of a file as they are written, before any task or loader reads them.
 *
 * @throws LagerError as {@link readRecords}
 */
export async function* readRawRecords(
  path: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<RawRecord> {
  yield* await openRaw(path, path, options);
}

/** An input whose first record can be looked at before the task is chosen. */
export interface Dataset {
  /** The first record as it was parsed; `undefined` if there is none or it is broken. */
  readonly first: unknown;
  /** All records, from the first one on. To be called once. */
  records(task: Task): AsyncGenerator<Entry>;
  /** Closes the input. Not needed when `records` was iterated to its end, or broken off. */
  close(): Promise<void>;
}

const INPUT: Shape = (value, at) => {
  (typeof value === "string" ? PATH : READABLE)(value, at);
};
const READABLE = shape("a path or a stream", (value) => value instanceof Readable);

/** Opens an input and reads its first record. See `readRecords`. */
export async function openDataset(
  input: string | Readable,
  options: DatasetOptions = {},
): Promise<Dataset> {
  checkArguments("readRecords", { input: [input, INPUT] });
  const { limit = Number.POSITIVE_INFINITY, signal } = options;
  if (!(limit >= 0)) {
    throw new LagerError("INVALID_ARGUMENT", `the limit must be 0 or more, but it is ${limit}`);
  }
  const file = options.file ?? (typeof input === "string" ? input : "-");
  const raw = await openRaw(input, file, options);
  const first = await raw.next();
  let taken = false;
  return {
    first: !first.done && "value" in first.value.content ? first.value.content.value : undefined,
    async *records(task) {
      if (taken) throw new LagerError("INVALID_ARGUMENT", "a data set can be read only once");
      taken = true;
      const loaded = loadRecords(task.loader, rejoin(first, raw), file);
      try {
        const ids = new IdSet();
        let count = 0;
        if (limit === 0) return;
        for await (const each of loaded) {
          throwIfAborted(signal, "reading the records");
          yield readEntry(each, task, ids, file);
          count++;
          if (count >= limit) break;
        }
      } finally {
        await raw.return(undefined);
      }
    },
    async close() {
      await raw.return(undefined);
    },
  };
}

async function* rejoin(
  first: IteratorResult<RawRecord, unknown>,
  rest: AsyncGenerator<RawRecord>,
): AsyncGenerator<RawRecord> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

async function openRaw(
  input: string | Readable,
  file: string,
  { format, signal }: DatasetOptions,
): Promise<AsyncGenerator<RawRecord>> {
  const isFile = typeof input === "string" && input !== "-";
  const known = format ?? (isFile ? formatOfFile(input) : undefined);
  if (known === "parquet") {
    if (isFile) return parquetRecords(input, file, signal);
    throw new LagerError("INVALID_ARGUMENT", "Parquet is read from a file, and not from a stream");
  }
  const bytes = readBytes(input, file, signal);
  if (known !== undefined) return rawRecords(bytes, known, file);
  const sniffed = await sniffFormat(bytes);
  return rawRecords(sniffed.chunks, sniffed.format, file);
}

function readEntry(raw: RawRecord, task: Task, ids: IdSet, file: string): Entry {
  const { number, line, content } = raw;
  const place = { file, line };
  let id: string | undefined;
  try {
    if ("error" in content) throw content.error;
    const own = ownId(content.value, task, number, place);
    if (own === undefined) {
      id = ids.makeUp(raw);
    } else {
      const taken = ids.take(own, raw);
      id = taken.id;
      if (taken.earlier !== undefined) throw duplicate(taken.earlier, { ...place, record: id });
    }
    return parseAs(id, content.value, task, place);
  } catch (error) {
    if (!(error instanceof LagerError)) throw error;
    const hash = "value" in content ? recordHash(content.value) : undefined;
    return failure(id ?? ids.makeUp(raw), null, error, hash);
  }
}

function duplicate(earlier: string, place: ErrorPlace): LagerError {
  const what = `${earlier} has this id already; ids must be distinct`;
  return new LagerError("DUPLICATE_ID", what, { place });
}

/**
 * Ids seen so far and where: the one thing that grows with the input (ids are short). Where only some
 * records have ids, one of those and a record's number may be the same text; the later one is then
 * marked, `given:7` or `record:7`, so that neither is lost.
 */
class IdSet {
  readonly #places = new Map<string, number>();
  readonly #madeUp = new Set<string>();

  /** The id of a record that has its own, and in words the earlier record that has it, too. */
  take(own: string, raw: RawRecord): { readonly id: string; readonly earlier?: string } {
    let id = own;
    while (this.#madeUp.has(id)) id = `given:${id}`;
    const earlier = this.#places.get(id);
    if (earlier === undefined) return { id: this.#add(id, raw) };
    const words = raw.line === undefined ? `record ${earlier}` : `the record in line ${earlier}`;
    return { id, earlier: words };
  }

  /** The id of a record that has none, or none that can be read: its number. */
  makeUp(raw: RawRecord): string {
    let id = String(raw.number);
    while (this.#places.has(id)) id = `record:${id}`;
    this.#madeUp.add(id);
    return this.#add(id, raw);
  }

  #add(id: string, { number, line }: RawRecord): string {
    this.#places.set(id, line ?? number);
    return id;
  }
}
