import { describe, expect, it } from "vitest";
import type { SystemComparison } from "../../../src/analysis/compare/comparison-result.ts";
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

/** A comparison with other names, in the order of its systems. */
function renamed(comparison: SystemComparison, names: readonly string[]): SystemComparison {
  const old = comparison.systems.map(({ name }) => name);
  const text = old.reduce(
    (json, name, i) => json.replaceAll(`"${name}"`, JSON.stringify(names[i])),
    JSON.stringify(comparison),
  );
  return JSON.parse(text);
}

describe("systems with long names", () => {
  it("are the first and the second where there are two, as the title says", () => {
    const names = ["results of last week", "results of today"];
    const [table] = comparisonTables(renamed(TWO_SYSTEMS, names));
    expect(table?.title).toBe("results of today (second) less results of last week (first)");
    expect(table?.columns.slice(2, 4)).toEqual(["first", "second"]);
    expect(table?.rows.map((row) => row.at(-1))).toEqual(["first", "first", "not settled"]);
  });

  it("are numbered where there are more", () => {
    const names = ["results of last week", "results of today", "answers by people"];
    const [leaderboard, matrix, lengths] = comparisonTables(renamed(THREE_SYSTEMS, names));
    expect(leaderboard?.rows.map(([name]) => name)).toEqual([
      ...["3 · answers by people", "1 · results of last week", "2 · results of today"],
    ]);
    expect(matrix?.columns).toEqual(["", "1", "2", "3"]);
    expect(matrix?.rows[1]?.slice(0, 2)).toEqual(["2 · results of today", "−0.25*"]);
    expect(lengths?.rows[0]?.[0]).toBe("2 less 1");
  });
});

it("of many pairs that are open, those are said that the fewest records would settle", () => {
  const pair = (second: string, moreRecords: number | null) => ({
    ...{ ...OPEN_PAIR, second, moreRecords },
  });
  const pairs = [pair("a", null), pair("b", 900), pair("c", 30), pair("d", null), pair("e", 200)];
  const clarity = { leaderboard: [], pairs };
  const [, matrix] = comparisonTables({ ...THREE_SYSTEMS, criteria: { clarity } });
  expect(matrix?.below.slice(1)).toEqual([
    expect.stringMatching(/^before and c are not told apart .* 30 more records/),
    expect.stringMatching(/^before and e are not told apart .* 200 more records/),
    expect.stringMatching(/^before and b are not told apart .* 900 more records/),
    "2 more of the 5 pairs are not told apart.",
  ]);
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
