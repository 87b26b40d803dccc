import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import {
  dot,
  factorise,
  logDeterminant,
  solveFactored,
} from "../../../src/analysis/tune/cholesky.ts";
import { fitPrior, priorOf } from "../../../src/analysis/tune/gaussian-process.ts";

const random = seededRandom(11);
const COUNT = 12;
const x = Float64Array.from({ length: COUNT * 3 }, () => random() - 0.5);
const targets = Float64Array.from({ length: COUNT }, () => random() - 0.5);

/** A = I + X X', and C = A + e e' / 300. */
function covariance(e: Float64Array | null): Float64Array {
  return Float64Array.from({ length: COUNT * COUNT }, (_, at) => {
    const [i, j] = [Math.floor(at / COUNT), at % COUNT];
    const product = dot(x.subarray(3 * i, 3 * i + 3), x.subarray(3 * j, 3 * j + 3));
    const along = e === null ? 0 : ((e[i] ?? 0) * (e[j] ?? 0)) / 300;
    return product + along + (i === j ? 1 : 0);
  });
}

describe("fitPrior", () => {
  it("solves with the prior's covariance without factorising it", () => {
    const factor = factorise(covariance(null));
    const solved = solveFactored(factor, targets);
    for (const direction of [Float64Array.of(1, 2, 0), Float64Array.of(0, 0, 0)]) {
      const { scores } = priorOf(direction, x, 3, COUNT);
      const fit = fitPrior(scores, {
        ...{ factor, determinant: logDeterminant(factor), targets, solved },
      });
      const whole = factorise(covariance(scores));
      const rest = targets.map((y, i) => y - 0.5 * (scores[i] ?? 0));
      const dual = solveFactored(whole, rest);
      for (const [i, value] of dual.entries()) expect(fit.dual[i]).toBeCloseTo(value, 12);
      expect(fit.multiple).toBeCloseTo(0.5 + dot(scores, dual) / 300, 12);
      const logEvidence = -0.5 * (COUNT * Math.log(dot(rest, dual)) + logDeterminant(whole));
      expect(fit.logEvidence).toBeCloseTo(logEvidence, 10);
    }
  });
});

describe("priorOf", () => {
  it("has a spread of 1 over the rows", () => {
    const { direction, scores } = priorOf(Float64Array.of(3, 0, -1), x, 3, COUNT);
    expect(dot(scores, scores) / COUNT).toBeCloseTo(1, 12);
    for (let i = 0; i < COUNT; i++) {
      expect(scores[i]).toBeCloseTo(dot(direction, x.subarray(3 * i, 3 * i + 3)), 12);
    }
    expect([...priorOf(new Float64Array(3), x, 3, COUNT).scores]).toEqual(Array(COUNT).fill(0));
  });
});
