import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { type ErrorPlace, errorMessage, LagerError, throwIfAborted } from "../../base/errors.ts";
import { watchInput } from "../../base/input-version.ts";
import type { RawRecord } from "./raw-records.ts";
import { LARGEST_RECORD, largerThan } from "./split-records.ts";

/** The rows that are read at once, so that a file of one huge row group does not fill the memory. */
const ROWS_AT_ONCE = 1000;

/** Fewer rows are read at once where they are large: about so many bytes of them. */
const BYTES_AT_ONCE = 2 * LARGEST_RECORD;

/**
 * The rows of a Parquet file, a batch at a time. Whole numbers of 64 bits become ordinary numbers,
 * or texts where those would not be exact; dates become ISO texts.
 *
 * @throws LagerError UNREADABLE_FILE when the file cannot be read, or is not Parquet; INPUT_CHANGED,
 *   ABORTED
 */
export async function* parquetRecords(
  path: string,
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<RawRecord> {
  // Loaded only where it is needed: most data sets are text.
  const [parquet, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const read = <T>(work: () => Promise<T>) => readable(work, file, signal);
  const requireUnchanged = await watchInput(path);
  const buffer: AsyncBuffer = await read(() => parquet.asyncBufferFromFile(path));
  const metadata: FileMetaData = await read(() => parquet.parquetMetadataAsync(buffer));
  await read(async () => requireDistinctColumns(metadata));
  for (const { rowStart, rowEnd } of batches(metadata)) {
    const rows = await read(() =>
      withHeldBytes(buffer, (held) =>
        parquet.parquetReadObjects({ file: held, metadata, compressors, rowStart, rowEnd }),
      ),
    );
    await requireUnchanged();
    for (const [index, row] of rows.entries()) {
      const number = rowStart + index + 1;
      yield { number, content: rowContent(row, { file, record: String(number) }) };
    }
  }
}

function* batches({ row_groups: groups }: FileMetaData): Generator<{
  readonly rowStart: number;
  readonly rowEnd: number;
}> {
  let groupStart = 0;
  for (const { num_rows, columns } of groups) {
    const groupEnd = groupStart + Number(num_rows);
    const bytes = columns.reduce(
      (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
      0,
    );
    const fitting = Math.floor((BYTES_AT_ONCE * Number(num_rows)) / bytes);
    const rows = Math.max(1, Math.min(ROWS_AT_ONCE, fitting || ROWS_AT_ONCE));
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += rows) {
      yield { rowStart, rowEnd: Math.min(rowStart + rows, groupEnd) };
    }
    groupStart = groupEnd;
  }
}

/** The parser reads all columns of a name, and waits for the first of them only. */
function requireDistinctColumns({ row_groups: groups }: FileMetaData): void {
  for (const { columns } of groups) {
    const paths = columns.map(({ meta_data }) => JSON.stringify(meta_data?.path_in_schema));
    if (new Set(paths).size < paths.length) throw new Error("a row group has a column twice");
  }
}

/**
 * Calls `work` with a file whose bytes come no sooner than in the next turn of the event loop, and
 * not at all once `work` has failed. The parser starts one column after the other, decodes each as
 * its bytes come, and catches their errors when all are started: if starting one fails, an error of
 * another would end the process.
 */
async function withHeldBytes<T>(
  file: AsyncBuffer,
  work: (file: AsyncBuffer) => Promise<T>,
): Promise<T> {
  let failed = false;
  const hold = (settle: () => void) => setImmediate(() => failed || settle());
  const held: AsyncBuffer = {
    byteLength: file.byteLength,
    slice(start, end) {
      // Asynchronous: it throws at once where a broken file asks for bytes before its beginning.
      const read = async () => file.slice(start, end);
      const bytes = new Promise<ArrayBuffer>((resolve, reject) => {
        read().then(
          (found) => hold(() => resolve(found)),
          (error: unknown) => hold(() => reject(error)),
        );
      });
      // Some are fetched ahead, and never asked for.
      bytes.catch(() => {});
      return bytes;
    },
  };
  try {
    return await work(held);
  } catch (error) {
    failed = true;
    throw error;
  }
}

function rowContent(row: Readonly<Record<string, unknown>>, place: ErrorPlace) {
  if (bytesOf(row) <= LARGEST_RECORD) return { value: plainValue(row) };
  return { error: new LagerError("MALFORMED_RECORD", largerThan(LARGEST_RECORD), { place }) };
}

/** About the bytes that a row would take as JSON Lines. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 1;
  let bytes = 0;
  for (const [key, each] of Object.entries(value)) bytes += key.length + bytesOf(each);
  return bytes;
}

async function readable<T>(
  work: () => Promise<T>,
  file: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  throwIfAborted(signal, "reading the records");
  try {
    return await work();
  } catch (cause) {
    throw new LagerError(
      "UNREADABLE_FILE",
      `the Parquet file cannot be read (${errorMessage(cause)}): check its path, and that it is whole`,
      { place: { file }, cause },
    );
  }
}

/** What JSON could hold as well. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as Iterable<unknown>, plainValue);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainValue(each)]));
  }
  return value;
}
