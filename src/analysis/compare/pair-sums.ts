import type { SumStatistic } from "../stats/resample-sums.ts";
import type { UnitColumn } from "./pair-records.ts";

/** Sums of a mean by group: of the values, and their number. */
export function meanStatistic(
  values: Float64Array,
  groupOf: Int32Array,
  groupCount: number,
): SumStatistic {
  const [sum = new Float64Array(0), count = new Float64Array(0)] = groupSums(
    [values, values.map(() => 1)],
    values,
    { groupOf, groupCount },
  );
  return { columns: [sum, count], figures: ([s = 0, n = 0]) => [s / n] };
}

/**
 * Sums of a pair of systems by group: of the differences d and of the lengths' differences l, with
 * squares and products, for the mean of d, the share of d > 0 (ties half), and the line
 * d = rest + slope · l. Its figures, in this order: difference, superiority, the lengths' part, rest.
 */
export function pairStatistic(
  first: UnitColumn,
  second: UnitColumn,
  groups: { readonly groupOf: Int32Array; readonly groupCount: number },
): SumStatistic {
  const d = second.scores.map((score, unit) => score - (first.scores[unit] as number));
  const l = second.lengths.map((length, unit) => length - (first.lengths[unit] as number));
  const knowsLengths = d.every((value, unit) => Number.isNaN(value) || !Number.isNaN(l[unit]));
  const product = (a: Float64Array, b: Float64Array) =>
    a.map((value, unit) => value * (b[unit] as number));
  const columns = groupSums(
    [
      d.map(() => 1),
      d,
      d.map(wonShare),
      ...(knowsLengths ? [l, product(l, l), product(l, d)] : []),
    ],
    d,
    groups,
  );
  return {
    columns,
    figures: ([n = 0, sd = 0, won = 0, sl = Number.NaN, sll = Number.NaN, sld = Number.NaN]) => {
      const difference = sd / n;
      const slope = (sld - (sl * sd) / n) / lengthVariation(sll, sl, n);
      const part = (slope * sl) / n;
      return [difference, won / n, part, difference - part];
    },
  };
}

/** Σ (l − mean)², NaN where the lengths' differences do not vary: no line goes through one point. */
export function lengthVariation(squares: number, sum: number, n: number): number {
  const variation = squares - (sum * sum) / n;
  return variation > 1e-9 * squares ? variation : Number.NaN;
}

/** 1 where the second is ahead, a half where both are equal. */
function wonShare(difference: number): number {
  if (difference === 0) return 0.5;
  return difference > 0 ? 1 : 0;
}

/** Sums by group over the units where `present` is a number. */
function groupSums(
  columns: readonly Float64Array[],
  present: Float64Array,
  { groupOf, groupCount }: { readonly groupOf: Int32Array; readonly groupCount: number },
): Float64Array[] {
  return columns.map((column) => {
    const sums = new Float64Array(groupCount);
    for (let unit = 0; unit < present.length; unit++) {
      if (Number.isNaN(present[unit])) continue;
      const group = groupOf[unit] as number;
      sums[group] = (sums[group] as number) + (column[unit] as number);
    }
    return sums;
  });
}
