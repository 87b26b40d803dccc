import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { errorMessage, LagerError, throwIfAborted } from "../../base/errors.ts";
import type { RawRecord } from "./raw-records.ts";

/** The rows that are read at once, so that a file of one huge row group does not fill the memory. */
const ROWS_AT_ONCE = 1000;

/**
 * The rows of a Parquet file, a batch at a time. Whole numbers of 64 bits become ordinary numbers,
 * or texts where those would not be exact; dates become ISO texts.
 *
 * @throws LagerError UNREADABLE_FILE when the file cannot be read, or is not Parquet; ABORTED
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
  const buffer: AsyncBuffer = await read(() => parquet.asyncBufferFromFile(path));
  const metadata: FileMetaData = await read(() => parquet.parquetMetadataAsync(buffer));
  const rowCount = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rowCount; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(rowStart + ROWS_AT_ONCE, rowCount);
    const rows = await read(() =>
      parquet.parquetReadObjects({ file: buffer, metadata, compressors, rowStart, rowEnd }),
    );
    for (const [index, row] of rows.entries()) {
      yield { number: rowStart + index + 1, content: { value: plainValue(row) } };
    }
  }
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
