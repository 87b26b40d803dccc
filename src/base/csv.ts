import { visibleLines } from "./visible-text.ts";

/** A cell: numbers stand as JavaScript prints them, and nothing stands for `null`. */
export type CsvCell = string | number | null;

/**
 * A row of a CSV file, after RFC 4180, without the line end. A cell is quoted when it holds a comma,
 * a quote, a line end or what other readers take for a separator, or has blanks at an end, which
 * some readers drop.
 *
 * No spreadsheet takes a text for a formula: one that could begin a formula gets an apostrophe in
 * front, as OWASP recommends; so does what begins behind a separator or a line end in it, because a
 * spreadsheet may cut there. A number in a text stays a number. What is not seen is made visible.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells
    .map((cell) => (typeof cell === "string" ? quoted(guarded(visibleLines(cell))) : numeric(cell)))
    .join(",");
}

/**
 * A row with its cells as they are, formulas or not: for records that go back into a file of the
 * format that they came from, in which a text must not change.
 */
export function csvCopy(cells: readonly CsvCell[]): string {
  return cells.map((cell) => (typeof cell === "string" ? quoted(cell) : numeric(cell))).join(",");
}

function numeric(cell: number | null): string {
  return cell === null ? "" : String(cell);
}

function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Signs that begin a formula, full-width ones too; blanks and quotes before them do not help. */
const FORMULA = /(?<=^|[;\n])(?=(?:[^\S\n]|["'])*[=+\-@＝＋－＠])/g;

function guarded(cell: string): string {
  return NUMBER.test(cell) ? cell : cell.replaceAll(FORMULA, "'");
}
