import { describe, expect, it } from "vitest";
import {
  applyMonotone,
  calibrationBins,
  isotonicMap,
} from "../../../src/analysis/stats/calibration.ts";
import { expectClose, SCIPY } from "./scipy.ts";

describe("calibrationBins", () => {
  it("parts items into bins of equal numbers, in order of the prediction", () => {
    const bins = calibrationBins([4, 1, 3, 2], [5, 1, 4, 2], 2);
    expect(bins).toEqual([
      { from: 1, to: 2, n: 2, predicted: 1.5, human: 1.5, humanStandardDeviation: Math.SQRT1_2 },
      { from: 3, to: 4, n: 2, predicted: 3.5, human: 4.5, humanStandardDeviation: Math.SQRT1_2 },
    ]);
  });

  it("keeps equal predictions together, whatever the sizes then are", () => {
    const bins = calibrationBins([1, 1, 1, 1, 1, 1, 2, 3], [1, 2, 3, 1, 2, 3, 4, 5], 4);
    expect(bins.map(({ from, to, n }) => [from, to, n])).toEqual([
      [1, 1, 6],
      [2, 3, 2],
    ]);
    expect(bins[0]).toMatchObject({ predicted: 1, human: 2 });
  });

  it("makes no empty bins of few items", () => {
    expect(calibrationBins([2], [3], 10)).toEqual([
      { from: 2, to: 2, n: 1, predicted: 2, human: 3, humanStandardDeviation: null },
    ]);
    expect(calibrationBins([], [], 10)).toEqual([]);
  });
});

describe("isotonicMap", () => {
  it("pools what runs backwards, and is linear between and flat beyond", () => {
    const map = isotonicMap([1, 2, 3, 4], [1, 4, 2, 6]);
    expect(map).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: 3 },
      { x: 3, y: 3 },
      { x: 4, y: 6 },
    ]);
    expect([0, 1, 1.5, 2.5, 3.5, 9].map((x) => applyMonotone(map, x))).toEqual([
      1, 1, 2, 3, 4.5, 6,
    ]);
  });

  it("averages equal x first", () => {
    expect(isotonicMap([1, 1, 2], [5, 1, 4])).toEqual([
      { x: 1, y: 3 },
      { x: 2, y: 4 },
    ]);
  });

  it("is flat where everything runs backwards", () => {
    expect(isotonicMap([3, 2, 1], [1, 2, 3])).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 2 },
    ]);
  });

  it.each(SCIPY.isotonic.map((each) => [each.x.length, each] as const))(
    "of %i points is scipy's",
    (_, { x, y, at, fitted }) => {
      const map = isotonicMap(x, y);
      for (const [i, position] of at.entries()) {
        expectClose(applyMonotone(map, position), fitted[i] ?? null);
      }
    },
  );
});
