import { expect, it } from "vitest";
import { estimateDecimals } from "../../../src/present/compare/estimate-decimals.ts";

it.each([
  [0.24, 2],
  [3, 2],
  [0.017, 3],
  [0.0002, 5],
  [1e-9, 5],
  [0, 2],
])("an interval %d wide is shown with %d decimals", (width, decimals) => {
  expect(estimateDecimals({ value: 1, low: 1 - width / 2, high: 1 + width / 2 })).toBe(decimals);
});

it("without an interval there are two", () => {
  expect(estimateDecimals({ value: 1, low: null, high: null })).toBe(2);
});
