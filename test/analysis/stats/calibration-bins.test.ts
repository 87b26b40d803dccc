import { describe, expect, it } from "vitest";
import { calibrationBins } from "../../../src/analysis/stats/calibration-bins.ts";

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
