import { describe, expect, it, vi } from "vitest";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import {
  dot,
  factorise,
  factoriseLarge,
  logDeterminant,
  solveFactored,
  times,
} from "../../../src/analysis/tune/cholesky.ts";
import { Moments, standardise, standardOf } from "../../../src/analysis/tune/moments.ts";
import { sharedRidge } from "../../../src/analysis/tune/shared-ridge.ts";
import { Pacer } from "../../../src/base/pacer.ts";

const random = seededRandom(3);

/** Lines whose target is x·weights and a little noise: features and target. */
function linesOf(weights: readonly number[], count: number): [Float64Array, number][] {
  return Array.from({ length: count }, () => {
    const x = Float64Array.from(weights, () => random() - 0.5);
    return [x, dot(x, Float64Array.from(weights)) + 0.1 * (random() - 0.5)];
  });
}

/** Sums of lines as they are, without a mean being taken off. */
function sumsOf(lines: readonly [Float64Array, number][]) {
  const size = lines[0]?.[0].length ?? 0;
  const moments = new Moments(size);
  for (const [x, y] of lines) moments.add(x, y);
  const zeros = new Float64Array(size);
  return standardise(moments, {
    means: zeros,
    deviations: zeros.map(() => 1),
    center: 0,
    spread: 1,
  });
}

describe("factorise", () => {
  const matrix = new Float64Array([4, 1, 0, 1, 3, 1, 0, 1, 2]);

  it("solves for every column", () => {
    for (const column of [new Float64Array([1, 2, 3]), new Float64Array([0, -1, 5])]) {
      const product = times(matrix, solveFactored(factorise(matrix), column));
      for (const [j, value] of product.entries()) expect(value).toBeCloseTo(column[j] ?? 0, 12);
    }
  });

  it("factorises large matrices, in blocks and with pauses, to the same bits", async () => {
    const size = 700;
    const large = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const value = i === j ? size : random() - 0.5;
        large[i * size + j] = value;
        large[j * size + i] = value;
      }
    }
    const lower = factorise(large);
    for (const [i, j] of [
      [0, 0],
      [17, 16],
      [699, 3],
      [699, 699],
    ] as const) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0);
      expect(sum).toBeCloseTo(large[i * size + j] ?? Number.NaN, 9);
      if (i !== j) expect(lower[j * size + i]).toBe(0);
    }
    const pacer = new Pacer(undefined, "factorising");
    const rest = vi.spyOn(pacer, "rest");
    expect(await factoriseLarge(large, pacer)).toEqual(lower);
    expect(rest.mock.calls.length).toBeGreaterThan(40);
  });

  it("gives the determinant", () => {
    expect(logDeterminant(factorise(matrix))).toBeCloseTo(Math.log(18), 12);
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
  const direction = new Float64Array([0, 0, 1]);
  const lines = [linesOf([1, 0, 0.4], 9), linesOf([0, 1, 0.4], 7)];

  it("comes to what normal priors say of every line, evidence and all", () => {
    // The covariance of all targets: I + X (ππ'/μ + I/λ + same criterion · ρI/λ) X', with the mean
    // X π/2; and the weights as their covariance with the targets says.
    const all = lines.flatMap((each, c) => each.map(([x, y]) => ({ c, x, y })));
    const rest = Float64Array.from(all, ({ x, y }) => y - 0.5 * dot(x, direction));
    const byLines = (strength: number, apartness: number) => {
      const covariance = (c: number, x: Float64Array, other: (typeof all)[number]) =>
        (dot(x, direction) * dot(other.x, direction)) / 300 +
        (dot(x, other.x) / strength) * (1 + (c === other.c ? apartness : 0));
      const matrix = Float64Array.from(
        all.flatMap((one, i) =>
          all.map((other, j) => covariance(one.c, one.x, other) + (i === j ? 1 : 0)),
        ),
      );
      const factor = factorise(matrix);
      const solved = solveFactored(factor, rest);
      const score = (c: number, x: Float64Array) =>
        0.5 * dot(x, direction) +
        all.reduce((sum, other, i) => sum + covariance(c, x, other) * (solved[i] ?? 0), 0);
      const logEvidence =
        -0.5 * (all.length * Math.log(dot(rest, solved)) + logDeterminant(factor));
      return { score, logEvidence };
    };
    for (const [strength, apartness] of [
      [2, 1],
      [20, 0.3],
      [1e4, 1],
    ] as const) {
      const expected = byLines(strength, apartness);
      const found = sharedRidge(lines.map(sumsOf), { strength, apartness })(direction);
      expect(found.logEvidence).toBeCloseTo(expected.logEvidence, 8);
      for (const c of [0, 1]) {
        for (let i = 0; i < 3; i++) {
          const unit = new Float64Array(3);
          unit[i] = 1;
          expect(found.criteria[c]?.[i]).toBeCloseTo(expected.score(c, unit), 10);
        }
      }
      // A criterion of which nothing was seen.
      const common = Float64Array.from({ length: 3 }, (_, i) => {
        const unit = new Float64Array(3);
        unit[i] = 1;
        return expected.score(-1, unit);
      });
      for (const [i, value] of common.entries()) expect(found.common[i]).toBeCloseTo(value, 10);
    }
  });

  it("finds the weights of much data, common or apart", () => {
    const apart = [sumsOf(linesOf([1, 0, 0], 400)), sumsOf(linesOf([0, 1, 0], 400))];
    const { common, criteria } = sharedRidge(apart, { strength: 1, apartness: 1 })(direction);
    expect(criteria[0]?.[0]).toBeGreaterThan(0.9);
    expect(Math.abs(criteria[0]?.[1] ?? 1)).toBeLessThan(0.1);
    expect(criteria[1]?.[1]).toBeGreaterThan(0.9);
    expect(common[0]).toBeGreaterThan(0.25);
  });

  it("comes to half the direction as it is shrunk, whatever few lines say", () => {
    const against = [sumsOf(linesOf([1, 0, -1], 4))];
    const { common } = sharedRidge(against, { strength: 1e9, apartness: 1 })(direction);
    expect(common[2]).toBeCloseTo(0.5, 1);
    expect(Math.abs(common[0] ?? 1)).toBeLessThan(1e-5);
  });

  it("finds the strength that the data were made with the most likely", () => {
    const weights = [0.2, -0.3, 0.6];
    const moments = [sumsOf(linesOf(weights, 300))];
    const evidence = (strength: number) =>
      sharedRidge(moments, { strength, apartness: 1 })(direction).logEvidence;
    expect(evidence(1)).toBeGreaterThan(evidence(1e4));
    const nothing = [sumsOf(linesOf([0, 0, 0.5], 300))];
    const evidenceOfNothing = (strength: number) =>
      sharedRidge(nothing, { strength, apartness: 1 })(direction).logEvidence;
    expect(evidenceOfNothing(1e4)).toBeGreaterThan(evidenceOfNothing(1));
  });
});
