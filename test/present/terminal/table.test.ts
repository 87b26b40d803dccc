import { describe, expect, it } from "vitest";
import { factLines, figureColumns, formatTable } from "../../../src/present/terminal/table.ts";
import { displayWidth } from "../../../src/present/terminal/terminal-text.ts";

const COLUMNS = [
  { title: "id", align: "left", flexible: true },
  { title: "a criterion", align: "left", flexible: true },
  ...figureColumns("n"),
] as const;

describe("a table", () => {
  it("has its titles, a rule, and cells under each other", () => {
    expect(
      formatTable(
        COLUMNS,
        [
          ["x", "clear", "7"],
          ["yz", "", "12"],
        ],
        80,
      ),
    ).toEqual([
      "id  a criterion   n",
      "──  ───────────  ──",
      "x   clear         7",
      "yz               12",
    ]);
  });

  it("measures what a terminal shows", () => {
    const [, rule] = formatTable(COLUMNS.slice(0, 1), [["判断"]], 80);
    expect(rule).toBe("────");
  });

  it("takes room from the widest column that may be cut", () => {
    const rows = [["i".repeat(30), "c".repeat(20), "123456"]];
    const lines = formatTable(COLUMNS, rows, 40);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
    // 40 less two gaps and six figures: both come down to 15.
    expect(lines[2]).toBe(`${"i".repeat(14)}…  ${"c".repeat(14)}…  123456`);
  });

  it("keeps eight columns of what may be cut, and all of the rest", () => {
    const rows = [["i".repeat(30), "c".repeat(20), "1".repeat(20)]];
    const [, , line = ""] = formatTable(COLUMNS, rows, 10);
    expect(line).toBe(`${"i".repeat(7)}…  ${"c".repeat(7)}…  ${"1".repeat(20)}`);
  });
});

it("facts stand under each other, behind the longest name", () => {
  expect(
    factLines([
      ["judge", "a"],
      ["", "b"],
      ["no", "c"],
    ]),
  ).toBe("judge  a\n       b\nno     c\n");
});
