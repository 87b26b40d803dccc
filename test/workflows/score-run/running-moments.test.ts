import { describe, expect, it } from "vitest";
import { RunningMoments } from "../../../src/workflows/score-run/running-moments.ts";

describe("RunningMoments", () => {
  it("agrees with the two-pass formulas", () => {
    const moments = new RunningMoments();
    const values = [1e6 + 1, 1e6 + 2, 1e6 + 4];
    for (const value of values) moments.add(value);
    expect(moments.count).toBe(3);
    expect(moments.mean).toBeCloseTo(1e6 + 7 / 3, 9);
    const mean = 7 / 3;
    const variance = ((1 - mean) ** 2 + (2 - mean) ** 2 + (4 - mean) ** 2) / 2;
    expect(moments.standardDeviation).toBeCloseTo(Math.sqrt(variance), 9);
  });

  it("has no mean of nothing and no spread of one", () => {
    const moments = new RunningMoments();
    expect(moments.mean).toBeNaN();
    moments.add(3);
    expect(moments.mean).toBe(3);
    expect(moments.standardDeviation).toBeNaN();
  });
});
