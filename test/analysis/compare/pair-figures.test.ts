import { describe, expect, it } from "vitest";
import { pairFigures } from "../../../src/analysis/compare/pair-figures.ts";
import { pairStatistic } from "../../../src/analysis/compare/pair-sums.ts";
import { resampleSums } from "../../../src/analysis/stats/resample-sums.ts";
import { planResamples } from "../../../src/analysis/stats/resampling-plan.ts";
import { PAIR_CASES } from "./scipy.ts";

type Case = (typeof PAIR_CASES)[number][1];

async function figuresOf(each: Case, { resamples = 20_000, swapped = false } = {}) {
  const groupOf = Int32Array.from(each.group);
  const groupCount = Math.max(...each.group) + 1;
  const first = {
    scores: Float64Array.from(each.first),
    lengths: Float64Array.from(each.firstLength),
  };
  const second = {
    scores: Float64Array.from(each.second),
    lengths: Float64Array.from(each.secondLength),
  };
  const columns = swapped ? ([second, first] as const) : ([first, second] as const);
  const statistic = pairStatistic(...columns, { groupOf, groupCount });
  const plan = planResamples(groupCount, groupOf.length, resamples, 1);
  const [resampled = { figures: [], deviations: [] }] = await resampleSums([statistic], plan, {
    seed: 1,
    rest: async () => {},
  });
  const [counts = new Float64Array(0), sums = new Float64Array(0)] = statistic.columns;
  const pair = { first: "a", second: "b", columns, counts, sums, resampled };
  const [figures] = pairFigures([pair], { level: 0.95 });
  if (figures === undefined) throw new Error("a pair has figures");
  return figures;
}

describe.each(PAIR_CASES)("a pair of systems: %s", (_, each) => {
  it("has the figures of scipy and statsmodels", async () => {
    const figures = await figuresOf(each, { resamples: 10 });
    expect(figures.difference.value).toBeCloseTo(each.mean, 12);
    expect(figures.p).toBeCloseTo(each.p, 11);
    expect(figures.pHolm).toBe(figures.p);
    expect(figures.effectSize).toBeCloseTo(each.effectSize, 12);
    expect(figures.probabilityOfSuperiority.value).toBeCloseTo(each.superiority, 12);
    expect(figures.length?.part.value).toBeCloseTo(each.part, 10);
    expect(figures.length?.rest.value).toBeCloseTo(each.rest, 10);
    expect((figures.length?.per100 ?? 0) / 100).toBeCloseTo(each.slope, 10);
    expect(figures.moreRecords).toBe(each.moreRecords);
    expect(figures.settled).toBe(false);
  });

  it("has the interval of 20 000 resamples of scipy, to what chance leaves of either", async () => {
    const { low, high } = (await figuresOf(each)).difference;
    const [scipyLow = 0, scipyHigh = 0] = each.bootstrap;
    const width = scipyHigh - scipyLow;
    expect(Math.abs((low ?? 9) - scipyLow)).toBeLessThan(0.04 * width);
    expect(Math.abs((high ?? 9) - scipyHigh)).toBeLessThan(0.04 * width);
  });

  it("has every sign turned when the systems are swapped", async () => {
    const figures = await figuresOf(each, { resamples: 500 });
    const swapped = await figuresOf(each, { resamples: 500, swapped: true });
    const turned = (value: number | null | undefined) => -(value ?? Number.NaN);
    expect(swapped.difference.value).toBeCloseTo(turned(figures.difference.value), 12);
    expect(swapped.difference.low).toBeCloseTo(turned(figures.difference.high), 12);
    expect(swapped.difference.high).toBeCloseTo(turned(figures.difference.low), 12);
    expect(swapped.effectSize).toBeCloseTo(turned(figures.effectSize), 12);
    expect(swapped.length?.part.value).toBeCloseTo(turned(figures.length?.part.value), 10);
    expect(swapped.length?.rest.low).toBeCloseTo(turned(figures.length?.rest.high), 10);
    expect(swapped.length?.per100).toBeCloseTo(figures.length?.per100 ?? 9, 10);
    expect([swapped.wins, swapped.ties, swapped.losses]).toEqual([
      figures.losses,
      figures.ties,
      figures.wins,
    ]);
    expect(swapped.p).toBeCloseTo(figures.p ?? 9, 12);
    expect(swapped.moreRecords).toBe(figures.moreRecords);
  });
});
