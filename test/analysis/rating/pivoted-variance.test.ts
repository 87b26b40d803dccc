import { expect, it } from "vitest";
import { PivotedVariance } from "../../../src/analysis/rating/pivoted-variance.ts";

/** x' A⁻¹ x with A = n I + Σ x x' of two features, by Cramer's rule. */
function varianceOf(x: readonly [number, number], chosen: readonly (readonly [number, number])[]) {
  const a = 2 + chosen.reduce((sum, [p]) => sum + p * p, 0);
  const b = chosen.reduce((sum, [p, q]) => sum + p * q, 0);
  const d = 2 + chosen.reduce((sum, [, q]) => sum + q * q, 0);
  return (d * x[0] ** 2 - 2 * b * x[0] * x[1] + a * x[1] ** 2) / (a * d - b * b);
}

const ROWS = [
  [1, 2],
  [3, -1],
  [0.5, 0.25],
  [2, 4],
] as const;

it("a row's variance is that of a linear model given the rows chosen before", () => {
  const design = new PivotedVariance(Float32Array.from(ROWS.flat()), 2);
  const chosen: (readonly [number, number])[] = [];
  for (const row of [3, 1, 3]) {
    for (const [i, x] of ROWS.entries()) {
      expect(design.variance[i]).toBeCloseTo(varianceOf(x, chosen), 12);
    }
    design.choose(row);
    chosen.push(ROWS[row] as readonly [number, number]);
  }
  expect(design.variance[3]).toBeCloseTo(varianceOf(ROWS[3], chosen), 12);
});

it("a row along one that was chosen is told by it, and one across it is not", () => {
  const design = new PivotedVariance(Float32Array.of(2, 0, 1, 0, 0, 1), 2);
  const before = [...design.variance];
  design.choose(0);
  expect(design.variance[1]).toBeLessThan((before[1] ?? 0) / 2);
  expect(design.variance[2]).toBe(before[2]);
});
