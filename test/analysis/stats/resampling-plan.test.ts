import { describe, expect, it } from "vitest";
import {
  bagRandom,
  drawResample,
  planResamples,
} from "../../../src/analysis/stats/resampling-plan.ts";

describe("planResamples", () => {
  it("is the ordinary bootstrap on small samples", () => {
    const plan = planResamples(5, 25, 100, 1);
    expect(plan).toEqual({ bags: [Int32Array.of(0, 1, 2, 3, 4)], draws: 5, resamplesPerBag: 100 });
  });

  it("parts a large sample into bags that have no unit in common and a bounded number of lines", () => {
    const plan = planResamples(20_000, 100_000, 1000, 1);
    expect(plan.draws).toBe(20_000);
    expect(plan.bags.length * plan.resamplesPerBag).toBe(1000);
    const units = plan.bags.flatMap((bag) => [...bag]);
    expect(new Set(units).size).toBe(units.length);
    expect(plan.bags.every((bag) => bag.length === 800)).toBe(true);
    expect(planResamples(20_000, 100_000, 1000, 1)).toEqual(plan);
    expect(planResamples(20_000, 100_000, 1000, 2)).not.toEqual(plan);
  });

  it("leaves no unit out where a few bags hold them all", () => {
    const { bags } = planResamples(6_000, 6_000, 10, 1);
    expect(bags.map((bag) => bag.length)).toEqual([3000, 3000]);
  });
});

describe("drawResample", () => {
  it("draws as often as asked, from the bag alone, and the same from the same seed", () => {
    const counts = new Int32Array(6);
    drawResample(Int32Array.of(1, 4), 100, bagRandom(42, 0), counts);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect([counts[0], counts[2], counts[3], counts[5]]).toEqual([0, 0, 0, 0]);
    expect(counts[1]).toBeGreaterThan(30);
    const again = new Int32Array(6);
    drawResample(Int32Array.of(1, 4), 100, bagRandom(42, 0), again);
    expect(again).toEqual(counts);
    drawResample(Int32Array.of(1, 4), 100, bagRandom(42, 1), again);
    expect(again).not.toEqual(counts);
  });
});
