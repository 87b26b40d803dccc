import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/stats/random.ts";
import { solvePositive, times } from "../../../src/tune/cholesky.ts";
import { Moments, standardise, standardOf } from "../../../src/tune/moments.ts";
import { sharedRidge } from "../../../src/tune/shared-ridge.ts";

const random = seededRandom(3);

/** Standardised sums of lines whose target is x·weights and a little noise. */
function linesOf(weights: readonly number[], count: number) {
  const moments = new Moments(weights.length);
  for (let i = 0; i < count; i++) {
    const x = Float64Array.from(weights, () => random() - 0.5);
    const signal = weights.reduce((sum, weight, j) => sum + weight * (x[j] as number), 0);
    moments.add(x, signal + 0.01 * (random() - 0.5));
  }
  return standardise(moments, standardOf(moments));
}

describe("solvePositive", () => {
  it("solves for every column", () => {
    const matrix = new Float64Array([4, 1, 0, 1, 3, 1, 0, 1, 2]);
    const columns = [new Float64Array([1, 2, 3]), new Float64Array([0, -1, 5])];
    for (const [i, x] of solvePositive(matrix, columns).entries()) {
      for (const [j, value] of times(matrix, x).entries()) {
        expect(value).toBeCloseTo(columns[i]?.[j] ?? Number.NaN, 12);
      }
    }
  });
});

describe("standardise", () => {
  it("gives the sums of standardised lines", () => {
    const moments = new Moments(1);
    for (const [x, y] of [
      [1, 10],
      [3, 30],
      [5, 20],
    ] as const) {
      moments.add(new Float64Array([x]), y);
    }
    const { gram, product, x, y, yy } = standardise(moments, standardOf(moments));
    expect(gram[0]).toBeCloseTo(3, 12);
    expect(yy).toBeCloseTo(3, 12);
    expect(product[0]).toBeCloseTo(1.5, 12); // correlation 0.5 of 3 lines
    expect([x[0], y].map((sum) => Math.abs(sum ?? 1) < 1e-12)).toEqual([true, true]);
  });
});

describe("sharedRidge", () => {
  const alike = [linesOf([1, 2, 0], 400), linesOf([1, 2, 0], 400)];
  const apart = [linesOf([1, 0, 0], 400), linesOf([0, 1, 0], 400)];

  it("finds the weights of much data, common or apart", () => {
    const { common, criteria } = sharedRidge(alike, { strength: 1, apartness: 0, prior: null });
    expect((common[1] ?? 0) / (common[0] ?? 0)).toBeCloseTo(2, 1);
    expect(criteria[1]).toEqual(common);
    const own = sharedRidge(apart, { strength: 1, apartness: 1, prior: null }).criteria;
    expect(own[0]?.[0]).toBeGreaterThan(0.9);
    expect(Math.abs(own[0]?.[1] ?? 1)).toBeLessThan(0.1);
    expect(own[1]?.[1]).toBeGreaterThan(0.9);
  });

  it("comes to what the whole system of equations says", () => {
    // Unknowns β₀ (3), δ₁ (3), δ₂ (3), all in one system.
    const [strength, apartness] = [20, 0.3];
    const size = 9;
    const matrix = new Float64Array(size * size);
    const right = new Float64Array(size);
    const add = (row: number, column: number, value: number) => {
      matrix[row * size + column] = (matrix[row * size + column] ?? 0) + value;
    };
    for (const [c, { gram, product }] of apart.entries()) {
      for (let i = 0; i < 3; i++) {
        for (const row of [i, 3 * (c + 1) + i]) {
          right[row] = (right[row] ?? 0) + (product[i] ?? 0);
          for (let j = 0; j < 3; j++) {
            for (const column of [j, 3 * (c + 1) + j]) add(row, column, gram[i * 3 + j] ?? 0);
          }
        }
      }
    }
    for (let i = 0; i < size; i++) add(i, i, i < 3 ? strength : strength / apartness);
    const [whole = new Float64Array()] = solvePositive(matrix, [right]);
    const { common, criteria } = sharedRidge(apart, { strength, apartness, prior: null });
    for (let i = 0; i < 3; i++) {
      expect(common[i]).toBeCloseTo(whole[i] ?? Number.NaN, 10);
      expect(criteria[1]?.[i]).toBeCloseTo((whole[i] ?? 0) + (whole[6 + i] ?? 0), 10);
    }
  });

  it("comes to the prior direction as it is shrunk, and to nothing else", () => {
    const prior = new Float64Array([0, 1, 0]);
    const { common } = sharedRidge(alike, { strength: 1e9, apartness: 0, prior });
    expect(common[1]).toBeGreaterThan(0.5);
    expect(Math.abs(common[0] ?? 1)).toBeLessThan(1e-5);
  });

  it("never turns the prior direction round", () => {
    const prior = new Float64Array([0, -1, 0]);
    const { common } = sharedRidge(alike, { strength: 1e9, apartness: 0, prior });
    expect(common[1]).toBeLessThan(0);
    expect(common[0]).toBeCloseTo(0, 5);
  });
});
