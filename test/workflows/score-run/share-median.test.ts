import { expect, it } from "vitest";
import { ShareMedian } from "../../../src/workflows/score-run/share-median.ts";

function medianOf(...shares: number[]): number {
  const median = new ShareMedian();
  for (const share of shares) median.add(share);
  return median.value;
}

it("the lower median, to a thousandth", () => {
  expect(medianOf(0.9, 0.1, 0.5)).toBe(0.5);
  expect(medianOf(0.2, 0.8)).toBe(0.2);
  expect(medianOf(0.12345)).toBe(0.123);
  expect(medianOf(0, 1, 1)).toBe(1);
});

it("nothing has no median", () => {
  expect(medianOf()).toBeNaN();
});
