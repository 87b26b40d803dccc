import { describe, expect, it } from "vitest";
import {
  kendall,
  partialSpearman,
  pearson,
  spearman,
} from "../../../src/analysis/stats/correlation.ts";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import { CORRELATION_CASES, expectClose } from "./scipy.ts";

const ALL = [
  ["spearman", spearman],
  ["pearson", pearson],
  ["kendall", kendall],
] as const;

describe.each(ALL)("%s", (_, correlation) => {
  it("is 1 and −1 for numbers in one line", () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toEqual({ value: 1 });
    expect(correlation([1, 2, 3], [30, 20, 10])).toEqual({ value: -1 });
  });

  it.each([
    ["too-few-items", [], []],
    ["too-few-items", [1], [2]],
    ["constant-scores", [2, 2, 2], [1, 2, 3]],
    ["constant-human", [1, 2, 3], [4, 4, 4]],
    ["not-finite", [1, Number.NaN, 3], [1, 2, 3]],
    ["not-finite", [1, 2, 3], [1, Number.POSITIVE_INFINITY, 3]],
  ])("says why it is undefined: %s", (reason, x, y) => {
    expect(correlation(x, y)).toEqual({ value: null, reason });
  });

  it("takes −0 and 0 for equal", () => {
    expect(correlation([0, -0, 0], [1, 2, 3])).toEqual({ value: null, reason: "constant-scores" });
  });

  it("refuses columns of different length", () => {
    expect(() => correlation([1, 2], [1])).toThrow("2 scores and 1 human scores");
  });
});

describe("kendall", () => {
  it("is what counting every pair gives", () => {
    const random = seededRandom(7);
    const x = Array.from({ length: 150 }, () => Math.floor(random() * 12));
    const y = Array.from({ length: 150 }, () => Math.floor(random() * 8));
    let [concordance, untiedX, untiedY] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < i; j++) {
        const dx = Math.sign((x[i] ?? 0) - (x[j] ?? 0));
        const dy = Math.sign((y[i] ?? 0) - (y[j] ?? 0));
        concordance += dx * dy;
        untiedX += Math.abs(dx);
        untiedY += Math.abs(dy);
      }
    }
    const expected = concordance / Math.sqrt(untiedX * untiedY);
    expect(kendall(x, y).value).toBeCloseTo(expected, 14);
  });
});

describe("partialSpearman", () => {
  it("is nothing where length is all that two columns share", () => {
    // x and y are the control's ranks, each with a swap of its own.
    const control = [1, 2, 3, 4, 5, 6];
    const [x, y] = [
      [2, 1, 3, 4, 5, 6],
      [1, 2, 3, 4, 6, 5],
    ];
    const of = 1 - 6 / 105;
    const together = (1 - 12 / 105 - of * of) / (1 - of * of);
    expect(spearman(x, y).value).toBeCloseTo(1 - 12 / 105, 14);
    expect(partialSpearman(x, y, control).value).toBeCloseTo(together, 14);
    expect(together).toBeLessThan(0);
  });

  it.each([
    ["does not vary", [7, 7, 7, 7]],
    ["is the method itself", [10, 20, 30, 40]],
    ["is unknown for an item", [3, 1, Number.NaN, 2]],
  ])("says that there is none where the control %s", (_, control) => {
    expect(partialSpearman([1, 2, 3, 4], [2, 1, 4, 3], control)).toEqual({
      value: null,
      reason: "no-control",
    });
  });
});

describe("the correlations and scipy's", () => {
  it.each(CORRELATION_CASES)("are the same: %s", (_, { x, y, control, ...expected }) => {
    expectClose(spearman(x, y).value, expected.spearman);
    expectClose(pearson(x, y).value, expected.pearson);
    expectClose(kendall(x, y).value, expected.kendall);
    expectClose(partialSpearman(x, y, control).value, expected.partialSpearman);
    // Correlations are symmetric, ties and all.
    expectClose(kendall(y, x).value, expected.kendall);
  });

  it("are numbers in most cases, and none where scipy has none", () => {
    const defined = CORRELATION_CASES.filter(([, each]) => each.spearman !== null);
    expect(defined.length).toBeGreaterThanOrEqual(8);
    expect(CORRELATION_CASES.length - defined.length).toBe(2);
  });
});
