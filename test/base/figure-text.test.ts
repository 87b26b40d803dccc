import { describe, expect, it } from "vitest";
import {
  countedText,
  countText,
  differenceText,
  figureText,
  intervalText,
  NO_FIGURE,
  percentText,
  rangeText,
  shortFigureText,
} from "../../src/base/figure-text.ts";

describe("figureText", () => {
  it.each([
    [0.12345, 3, "0.123"],
    [-0.12345, 2, "−0.12"],
    [-0.0004, 3, "0.000"],
    [-0, 1, "0.0"],
    [1234.5, 0, "1235"],
  ])("writes %d with %d decimals as %s", (value, decimals, text) => {
    expect(figureText(value, decimals)).toBe(text);
  });

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])("has a dash for %s", (value) => {
    for (const text of [figureText(value), shortFigureText(value), differenceText(value)]) {
      expect(text).toBe(NO_FIGURE);
    }
  });
});

it.each([
  [3, "3"],
  [2.5, "2.5"],
  [1 / 3, "0.333333"],
  [-1e-7, "−1e−7"],
  [-0, "0"],
])("shortFigureText writes %d as %s", (value, text) => {
  expect(shortFigureText(value)).toBe(text);
});

it.each([
  [0.25, "+0.250"],
  [-0.25, "−0.250"],
  [0, "0.000"],
  [0.0001, "0.000"],
])("differenceText writes %d as %s", (value, text) => {
  expect(differenceText(value)).toBe(text);
});

describe("an interval", () => {
  const ends = { low: -0.123, high: 0.456 };
  const none = { low: null, high: 0.4 };

  it("stands in brackets behind its figure, or not at all", () => {
    expect(intervalText(ends)).toBe("[−0.12, 0.46]");
    expect(intervalText(none)).toBe("");
  });

  it("stands between dots in a cell of its own, or a dash does", () => {
    expect(rangeText(ends)).toBe("−0.123 … 0.456");
    expect(rangeText(ends, 1)).toBe("−0.1 … 0.5");
    expect(rangeText(none)).toBe(NO_FIGURE);
    expect(rangeText(undefined)).toBe(NO_FIGURE);
  });
});

it("countedText has the noun in the plural but for one", () => {
  expect([0, 1, 2].map((count) => countedText(count, "line"))).toEqual([
    "0 lines",
    "1 line",
    "2 lines",
  ]);
});

it("countText parts thousands", () => {
  expect([7, 1234, 1234567.8].map(countText)).toEqual(["7", "1\u202f234", "1\u202f234\u202f568"]);
});

it.each([
  [0, "0"],
  [0.0004, "<\u202f0.1"],
  [0.004, "0.4"],
  [0.5, "50"],
  [0.996, "99.6"],
  [0.9999, ">\u202f99.9"],
  [1, "100"],
])("percentText writes the share %d as %s %%", (share, text) => {
  expect(percentText(share)).toBe(`${text}\u202f%`);
});
