import { describe, expect, it } from "vitest";
import { clusteredMean } from "../../../src/analysis/stats/clustered-mean.ts";
import { PAIR_CASES } from "../compare/scipy.ts";

describe("the mean of values in groups", () => {
  it.each(PAIR_CASES)("has the standard error of statsmodels: %s", (_, each) => {
    const groups = Math.max(...each.group) + 1;
    const sums = new Float64Array(groups);
    const counts = new Float64Array(groups);
    for (const [i, group] of each.group.entries()) {
      sums[group] = (sums[group] ?? 0) + ((each.second[i] ?? 0) - (each.first[i] ?? 0));
      counts[group] = (counts[group] ?? 0) + 1;
    }
    const own = clusteredMean(sums, counts);
    expect(own.mean).toBeCloseTo(each.mean, 13);
    expect(own.standardError).toBeCloseTo(each.standardError, 13);
    expect(own.groups - 1).toBe(each.df);
  });

  it("has none with one group", () => {
    expect(clusteredMean(Float64Array.of(3, 0), Float64Array.of(2, 0))).toEqual({
      mean: 1.5,
      standardError: Number.NaN,
      groups: 1,
    });
  });
});
