import { extname } from "node:path";
import { LagerError } from "../../base/errors.ts";
import { ownValue } from "../../base/json.ts";

/** How records are written down. */
export type DataFormat = "jsonl" | "json" | "csv" | "parquet";

/** The formats that are read as a stream of bytes; Parquet is read from both ends of a file. */
export type TextFormat = Exclude<DataFormat, "parquet">;

const EXTENSIONS: Readonly<Record<string, DataFormat>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".parquet": "parquet",
};

/** @throws LagerError INVALID_ARGUMENT for an extension that is none of the known ones */
export function formatOfFile(path: string): DataFormat {
  const extension = extname(path).toLowerCase();
  const format = ownValue(EXTENSIONS, extension);
  if (format !== undefined) return format;
  throw new LagerError(
    "INVALID_ARGUMENT",
    extension === ""
      ? "a data file is known by its extension, and this has none: rename it to .jsonl, .json, " +
          ".csv or .parquet"
      : `a data file is .jsonl, .json (an array), .csv or .parquet, not ${extension}`,
    { place: { file: path } },
  );
}

/**
 * Tells the format by the first byte that is no white space, and gives the bytes back whole:
 * `[` begins a JSON array, `{` JSON Lines, anything else CSV.
 */
export async function sniffFormat(
  chunks: AsyncGenerator<Buffer>,
): Promise<{ format: TextFormat; chunks: AsyncGenerator<Buffer> }> {
  const read: Buffer[] = [];
  let format: TextFormat = "csv";
  for (;;) {
    const next = await chunks.next();
    if (next.done) break;
    read.push(next.value);
    const first = next.value.find((byte) => byte > 0x20);
    if (first === undefined) continue;
    if (first === 0x5b) format = "json";
    else if (first === 0x7b) format = "jsonl";
    break;
  }
  return { format, chunks: rejoin(read, chunks) };
}

async function* rejoin(
  read: readonly Buffer[],
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* read;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
