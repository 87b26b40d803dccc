import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { csvLine } from "../../src/base/csv.ts";

it("is read back as it was by a CSV reader that trims, whatever the cells hold", () => {
  const cells = [
    "plain",
    'a "quote"',
    "a, comma",
    "two\nlines",
    "\r",
    " before",
    "after\t",
    "\u00a0",
    "",
  ];
  const rows = [cells, cells.toReversed()];
  const text = rows.map((row) => `${csvLine(row)}\n`).join("");
  expect(parse(text, { record_delimiter: "\n", trim: true })).toEqual(rows);
});

it("quotes no more than it must", () => {
  expect(csvLine(["a b", "x", "é"])).toBe("a b,x,é");
});

it("has numbers as programs read them, and nothing for null", () => {
  expect(csvLine(["n", -0.25, 1e-7, null, 3])).toBe("n,-0.25,1e-7,,3");
});
