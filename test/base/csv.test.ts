import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { csvCopy, csvLine } from "../../src/base/csv.ts";

it("is read back as it was by a CSV reader that trims, whatever the cells hold", () => {
  const cells = ["plain", 'a "quote"', "a, comma", "two\nlines", " before", "\u00a0", ""];
  const own = [...cells, "\r", "after\t", "=1+1", "- a list"];
  for (const [line, row] of [[csvLine, cells] as const, [csvCopy, own] as const]) {
    const rows = [row, row.toReversed()];
    const text = rows.map((each) => `${line(each)}\n`).join("");
    expect(parse(text, { record_delimiter: "\n", trim: true })).toEqual(rows);
  }
});

it("quotes no more than it must", () => {
  expect(csvLine(["a b", "x", "é"])).toBe("a b,x,é");
});

it("has numbers as programs read them, and nothing for null", () => {
  expect(csvLine(["n", -0.25, 1e-7, null, 3])).toBe("n,-0.25,1e-7,,3");
});

/** What spreadsheets are known to run, and ways around a guard that sees the first character alone. */
const FORMULAS = [
  ...['=HYPERLINK("http://x","y")', "+1+cmd", "@SUM(A1)", "-2+3", "=cmd|' /C calc'!A0", "=", "-"],
  ...["\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "\0=1"],
  ...["＝1+1", "＋1", "－1+1", "＠SUM(A1)", '"=1+1"', "'=1+1", "-1e5x", "+49 30 123", "-0.5-1"],
  ...["a;=1+1", "a\n=1+1", "a;\u00a0@SUM(A1)", 'x","=1+1'],
];

it.each(FORMULAS)("lets no spreadsheet run %j", (formula) => {
  const text = `${csvLine([formula, "next"])}\n`;
  const options = { relax_column_count: true, relax_quotes: true, record_delimiter: "\n" };
  for (const delimiter of [",", ";", "\t"]) {
    // Quotes begin a cell only where the reader's own separator stands.
    const rows: string[][] = parse(text, { ...options, delimiter });
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠\t\r]/);
  }
  expect(parse(text)).toHaveLength(1);
});

it("leaves numbers numbers, as numbers and as texts", () => {
  const numbers = ["-0.5", "+1", "-1e-7", "-.5", "-2", "1.", "12"];
  expect(csvLine([...numbers, -0.5])).toBe([...numbers, "-0.5"].join(","));
});

it("shows what is not seen", () => {
  expect(csvLine(["a\u001b[2J", "\u202eb"])).toBe("a\\x1b[2J,\\u202eb");
});
