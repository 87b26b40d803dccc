import { describe, expect, it } from "vitest";
import { comparedText, comparisonTables } from "../../../src/present/compare/comparison-tables.ts";
import { OPEN_PAIR, THREE_SYSTEMS, TWO_SYSTEMS } from "../../fixtures/example-comparison.ts";

describe("two systems", () => {
  const [differences, lengths, ...more] = comparisonTables(TWO_SYSTEMS);

  it("stand in one table, the mean over the criteria first", () => {
    expect(differences?.title).toBe("after less before");
    expect(differences?.rows).toEqual([
      [
        ...["all criteria", "100", "3.50", "3.25", "−0.25 [−0.40, −0.10]", "30 · 10 · 60", "−0.50"],
        ...["35\u202f%", "before"],
      ],
      [
        ...["clarity", "100", "3.50", "3.25", "−0.25 [−0.40, −0.10]", "30 · 10 · 60", "−0.50"],
        ...["35\u202f%", "before"],
      ],
      [
        ...["depth", "100", "3.50", "3.25", "+0.02 [−0.10, 0.14]", "30 · 10 · 60", "−0.50"],
        ...["35\u202f%", "not settled"],
      ],
    ]);
    expect(differences?.below).toEqual([
      expect.stringContaining("a difference up to 0.05 is a tie"),
      "depth: not settled; 4\u202f000 more records would settle a difference like this.",
    ]);
  });

  it("have what goes with length, where it is known", () => {
    expect(lengths?.rows).toHaveLength(2);
    expect(lengths?.rows[1]).toEqual([
      ...["clarity", "−12", "−0.25 [−0.40, −0.10]", "−0.12 [−0.20, −0.05]"],
      ...["−0.13 [−0.30, 0.05]", "50\u202f%"],
    ]);
    expect(more).toEqual([]);
  });
});

describe("three systems", () => {
  const [leaderboard, matrix, lengths, ...more] = comparisonTables(THREE_SYSTEMS);

  it("have a leaderboard and a matrix, whose sides are each other's negative", () => {
    expect(leaderboard?.rows[0]).toEqual(["third", "100", "4.00 [3.90, 4.10]", "–"]);
    expect(matrix?.rows).toEqual([
      ["before", "", "+0.25*", "−0.02"],
      ["after", "−0.25*", "", "+0.25*"],
      ["third", "+0.02", "−0.25*", ""],
    ]);
    expect(lengths?.rows.map(([name]) => name)).toEqual(["after less before"]);
    expect(more).toEqual([]);
  });

  it("have the pairs that are open, with what would settle them", () => {
    expect(matrix?.below.slice(1)).toEqual([
      "before and third are not told apart (third − before: +0.02 [−0.10, 0.14]); 4\u202f000 more " +
        "records would settle a difference like this.",
    ]);
  });
});

it.each([
  [{ moreRecords: 2_000_000 }, "it would take more than a million records to settle it"],
  [
    { moreRecords: null, difference: { value: 0, low: 0, high: 0 } },
    "no number of records would settle it",
  ],
  [{ moreRecords: null }, "there are too few records to say how many would settle it"],
])("what would settle a pair is said: %j", (change, text) => {
  const pair = { ...OPEN_PAIR, ...change };
  const criteria = { depth: { ...pair, leaderboard: [], pairs: [pair] } };
  const [table] = comparisonTables({ ...TWO_SYSTEMS, overall: null, criteria });
  expect(table?.below.at(-1)).toBe(`depth: not settled; ${text}.`);
});

it("what was compared is a line", () => {
  expect(comparedText(TWO_SYSTEMS)).toBe(
    "2 systems (before, after), paired by record; [low, high]: 95\u202f% intervals from 1\u202f000 resamples of " +
      "100 groups, seed 42",
  );
});
