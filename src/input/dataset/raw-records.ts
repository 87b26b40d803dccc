import type { ErrorPlace } from "../../base/errors.ts";
import { errorMessage, LagerError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { declaredSeparator, likelySeparator, withLineFeeds } from "./csv-dialect.ts";
import type { TextFormat } from "./data-format.ts";
import { withLongIntegersAsTexts } from "./long-integers.ts";
import { CsvRowScanner, JsonArrayScanner, LineScanner } from "./record-scanners.ts";
import type { RecordSlice } from "./split-records.ts";
import { splitRecords } from "./split-records.ts";

/** A record as it was parsed, or why it could not be. */
export interface RawRecord {
  /** Of the record in its input, counted from 1. */
  readonly number: number;
  /** Line in which it begins, counted from 1; a Parquet file has none. */
  readonly line?: number | undefined;
  readonly content: { readonly value: unknown } | { readonly error: LagerError };
}

/**
 * Parses records one by one. One that is broken comes with its error, and the others go on.
 *
 * @throws LagerError MALFORMED_RECORD when the columns of a CSV input cannot be told, or a JSON
 *   input is no array
 */
export async function* rawRecords(
  chunks: AsyncIterable<Buffer>,
  format: TextFormat,
  file: string,
): AsyncGenerator<RawRecord> {
  let number = 0;
  const parsed = format === "csv" ? csvRows(chunks, file) : jsonValues(chunks, format, file);
  for await (const { line, content } of parsed) {
    number++;
    if ("error" in content) {
      const { code, message, cause } = content.error;
      const place = { file, line, record: String(number) };
      yield { number, line, content: { error: new LagerError(code, message, { place, cause }) } };
    } else {
      yield { number, line, content };
    }
  }
}

type CsvParser = typeof import("csv-parse/sync").parse;

/** A record before it is numbered; its error names no place yet. */
type Parsed = Omit<RawRecord, "number">;

async function* jsonValues(
  chunks: AsyncIterable<Buffer>,
  format: "json" | "jsonl",
  file: string,
): AsyncGenerator<Parsed> {
  const scanner = format === "json" ? new JsonArrayScanner() : new LineScanner();
  for await (const slice of splitRecords(chunks, scanner)) {
    if (format === "jsonl" && isBlank(slice)) continue;
    if (scanner instanceof JsonArrayScanner && !scanner.arrayFound) {
      throw new LagerError("MALFORMED_RECORD", slice.problem ?? "no array", { place: { file } });
    }
    yield { line: slice.line, content: attempt(() => parseValue(textOf(slice))) };
  }
}

async function* csvRows(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Parsed> {
  const { parse } = await import("csv-parse/sync");
  let columns: readonly string[] | undefined;
  let separator: string | undefined;
  const scanner = new CsvRowScanner();
  for await (const slice of splitRecords(withLineFeeds(chunks), scanner)) {
    if (isBlank(slice)) continue;
    if (separator === undefined) {
      const first = attempt(() => textOf(slice));
      const declared = "value" in first ? declaredSeparator(first.value) : undefined;
      separator = declared ?? ("value" in first ? likelySeparator(first.value) : ",");
      scanner.separator = separator;
      if (declared !== undefined) continue;
    }
    const cellsEndIn = separator;
    const row = attempt(() => parseRow(parse, textOf(slice), cellsEndIn));
    if (columns === undefined) {
      columns = columnNames(row, { file, line: slice.line });
    } else {
      const names = columns;
      const content = "error" in row ? row : attempt(() => rowObject(row.value, names));
      yield { line: slice.line, content };
    }
  }
}

/** Blank lines are no records. */
function isBlank(slice: RecordSlice): boolean {
  return slice.problem === undefined && slice.bytes.every((byte) => byte <= 0x20);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(slice: RecordSlice): string {
  if (slice.problem !== undefined) throw new LagerError("MALFORMED_RECORD", slice.problem);
  try {
    return decoder.decode(slice.bytes);
  } catch (cause) {
    throw new LagerError("NOT_UTF8", "the record is not UTF-8; save the input in that encoding", {
      cause,
    });
  }
}

function parseValue(text: string): unknown {
  const invalid = (reason: string, cause: unknown) => {
    const what = text.trim() === "" ? "nothing between two commas" : reason;
    return new LagerError("MALFORMED_RECORD", `not valid JSON: ${what}`, { cause });
  };
  const value = parseJson(text, invalid);
  const exact = withLongIntegersAsTexts(text);
  return exact === text ? value : parseJson(exact, invalid);
}

function parseRow(parse: CsvParser, text: string, separator: string): readonly string[] {
  try {
    const rows: string[][] = parse(text.replace(/\r$/, ""), {
      delimiter: separator,
      record_delimiter: ["\n", "\r\n"],
      max_record_size: 0,
    });
    return rows[0] ?? [];
  } catch (cause) {
    // The row was parsed on its own, so its line numbers would mislead.
    const reason = errorMessage(cause).replace(/ (at|on) line \d+/g, "");
    throw new LagerError("MALFORMED_RECORD", `not a valid CSV row: ${reason}`, { cause });
  }
}

function columnNames(
  header: { value: readonly string[] } | { error: LagerError },
  place: ErrorPlace,
): readonly string[] {
  if ("error" in header) {
    const { code, message, cause } = header.error;
    throw new LagerError(code, `the header row: ${message}`, { place, cause });
  }
  const names = header.value.map((name) => name.trim());
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return names;
  throw new LagerError(
    "MALFORMED_RECORD",
    `the header row names two columns ${JSON.stringify(twice)}; names must be distinct`,
    { place },
  );
}

function rowObject(
  cells: readonly string[],
  columns: readonly string[],
): Readonly<Record<string, string>> {
  if (cells.length !== columns.length) {
    throw new LagerError(
      "MALFORMED_RECORD",
      `the row has ${cells.length} cells, but the header names ${columns.length} columns; ` +
        "a cell with a separator, quote or line break in it stands in quotes",
    );
  }
  return Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""]));
}

/** Errors of one record are data. */
function attempt<T>(parse: () => T): { value: T } | { error: LagerError } {
  try {
    return { value: parse() };
  } catch (error) {
    if (error instanceof LagerError) return { error };
    throw error;
  }
}
