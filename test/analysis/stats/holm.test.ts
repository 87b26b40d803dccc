import { expect, it } from "vitest";
import { holm } from "../../../src/analysis/stats/holm.ts";
import { COMPARISON_REFERENCE } from "../compare/scipy.ts";

it("Holm's correction is that of statsmodels", () => {
  for (const { p, corrected } of COMPARISON_REFERENCE.holm) {
    for (const [i, value] of holm(p).entries()) {
      expect(value.corrected).toBeCloseTo(corrected[i] ?? Number.NaN, 14);
    }
  }
});

it("the smallest is corrected for all, the largest for itself alone", () => {
  expect(holm([0.9, 0.001, 0.2]).map(({ divisor }) => divisor)).toEqual([1, 3, 2]);
  expect(holm([])).toEqual([]);
});
