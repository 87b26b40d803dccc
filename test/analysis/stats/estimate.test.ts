import { describe, expect, it } from "vitest";
import {
  bootstrapEstimate,
  pairedBootstrapEstimate,
} from "../../../src/analysis/stats/estimate.ts";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import {
  bagRandom,
  drawResample,
  planResamples,
  type ResamplingPlan,
} from "../../../src/analysis/stats/resampling-plan.ts";

/** Deviations of the resampled mean of `values` from that of its bag. */
function meanDeviations(values: readonly number[], plan: ResamplingPlan, seed: number): number[] {
  const counts = new Int32Array(values.length);
  return plan.bags.flatMap((bag, index) => {
    const random = bagRandom(seed, index);
    const bagMean = bag.reduce((sum, unit) => sum + (values[unit] ?? 0), 0) / bag.length;
    return Array.from({ length: plan.resamplesPerBag }, () => {
      drawResample(bag, plan.draws, random, counts);
      const sum = values.reduce((total, value, unit) => total + value * (counts[unit] ?? 0), 0);
      return sum / plan.draws - bagMean;
    });
  });
}

/** Uniform on 0…1: the standard error of the mean of n is √(1/12n). */
function uniformSample(n: number): number[] {
  const random = seededRandom(3);
  return Array.from({ length: n }, random);
}

describe("bootstrap intervals", () => {
  it.each([
    ["the ordinary bootstrap", 400, 2000],
    ["bags", 24_000, 1000],
  ])("have the width that theory gives for a mean: %s", (_, n, resamples) => {
    const values = uniformSample(n);
    const plan = planResamples(n, n, resamples, 11);
    expect(plan.bags.length > 1).toBe(n > 4000);
    const { value, low, high } = bootstrapEstimate(0.5, meanDeviations(values, plan, 11));
    const width = 2 * 1.96 * Math.sqrt(1 / 12 / n);
    expect(value).toBe(0.5);
    expect(((high ?? 0) - (low ?? 0)) / width).toBeGreaterThan(0.9);
    expect(((high ?? 0) - (low ?? 0)) / width).toBeLessThan(1.1);
    expect(Math.abs((high ?? 0) + (low ?? 0) - 1) / width).toBeLessThan(0.1);
  });

  it("are the percentiles, of the resamples that are defined", () => {
    const deviations = Array.from({ length: 41 }, (_, i) => (i - 20) / 100);
    const estimate = bootstrapEstimate(0.5, [...deviations, Number.NaN]);
    expect(estimate.value).toBe(0.5);
    expect(estimate.low).toBeCloseTo(0.31, 12);
    expect(estimate.high).toBeCloseTo(0.69, 12);
  });

  it("are left out where half of the resamples are undefined", () => {
    const none = { low: null, high: null };
    expect(bootstrapEstimate(0.5, [0.1, Number.NaN])).toEqual({ value: 0.5, ...none });
    expect(bootstrapEstimate(0.5, [])).toEqual({ value: 0.5, ...none });
    expect(pairedBootstrapEstimate(0.5, [Number.NaN])).toEqual({
      difference: 0.5,
      ...none,
      won: null,
    });
  });

  it("count the resamples that were won, a tie half", () => {
    const paired = pairedBootstrapEstimate(0.25, [-0.5, -0.25, 0, 0.25]);
    expect(paired).toMatchObject({ difference: 0.25, won: 0.625 });
    expect(paired.low).toBeCloseTo(0.25 - 0.48125, 12);
  });
});
