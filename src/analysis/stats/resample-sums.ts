import { bagRandom, drawResample, type ResamplingPlan } from "./resampling-plan.ts";

/** A statistic of sums over units, such as a mean: sum of values by number of values. */
export interface SumStatistic {
  /** What is added up, each a value for every unit; shape [columns][units]. */
  readonly columns: readonly Float64Array[];
  /** Figures of the columns' sums; NaN where one is undefined. */
  readonly figures: (sums: Float64Array) => readonly number[];
}

/** A statistic's figures, and how they vary over resamples. */
export interface ResampledSums {
  /** Of all units. */
  readonly figures: readonly number[];
  /** Of each figure, by resample, its value less that of the bag; shape [figures][resamples]. */
  readonly deviations: readonly Float64Array[];
}

/**
 * Figures of several statistics on the same resamples of units (groups of records), which are drawn
 * whole. See `planResamples`.
 *
 * @param rest Awaited after each resample.
 */
export async function resampleSums(
  statistics: readonly SumStatistic[],
  plan: ResamplingPlan,
  { seed, rest }: { readonly seed: number; readonly rest: () => Promise<void> },
): Promise<ResampledSums[]> {
  const units = statistics[0]?.columns[0]?.length ?? 0;
  const counts = new Int32Array(units).fill(1);
  const all = statistics.map((statistic) => figuresOf(statistic, null, counts));
  const total = plan.bags.length * plan.resamplesPerBag;
  const deviations = all.map((figures) => figures.map(() => new Float64Array(total)));
  for (const [bag, members] of plan.bags.entries()) {
    counts.fill(1);
    const base = statistics.map((statistic) => figuresOf(statistic, members, counts));
    const random = bagRandom(seed, bag);
    for (let resample = 0; resample < plan.resamplesPerBag; resample++) {
      drawResample(members, plan.draws, random, counts);
      const place = bag * plan.resamplesPerBag + resample;
      for (const [i, statistic] of statistics.entries()) {
        const figures = figuresOf(statistic, members, counts);
        for (const [k, figure] of figures.entries()) {
          const column = deviations[i]?.[k];
          if (column !== undefined) column[place] = figure - (base[i]?.[k] ?? Number.NaN);
        }
      }
      await rest();
    }
  }
  return all.map((figures, i) => ({ figures, deviations: deviations[i] ?? [] }));
}

/** @param members Units to add up; null: all. */
function figuresOf(
  { columns, figures }: SumStatistic,
  members: Int32Array | null,
  counts: Int32Array,
): readonly number[] {
  const sums = new Float64Array(columns.length);
  const length = members?.length ?? counts.length;
  for (const [c, column] of columns.entries()) {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const unit = members === null ? i : (members[i] as number);
      sum += (counts[unit] as number) * (column[unit] as number);
    }
    sums[c] = sum;
  }
  return figures(sums);
}
