import type { CalibrationBin } from "./calibration-bin.ts";
import { sortOrder } from "./sort-order.ts";

/**
 * Parts items into bins of about equal numbers by their prediction. Equal predictions stay in one
 * bin, so that there may be fewer bins than asked for, and unequal ones.
 *
 * @param predicted Finite, shape [items].
 * @param human Finite, shape [items].
 */
export function calibrationBins(
  predicted: ArrayLike<number>,
  human: ArrayLike<number>,
  bins = 10,
): CalibrationBin[] {
  const order = sortOrder(predicted);
  const at = (i: number): number => predicted[order[i] ?? 0] ?? Number.NaN;
  const found: CalibrationBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= bins && start < order.length; bin++) {
    let end = Math.round((bin * order.length) / bins);
    // A bin before took them in, with equal predictions.
    if (end <= start) continue;
    while (end < order.length && at(end) === at(end - 1)) end++;
    found.push(calibrationBin(predicted, human, order.subarray(start, end)));
    start = end;
  }
  return found;
}

/** @param items At least one, in ascending order of the prediction. */
function calibrationBin(
  predicted: ArrayLike<number>,
  human: ArrayLike<number>,
  items: Int32Array,
): CalibrationBin {
  const n = items.length;
  const value = (column: ArrayLike<number>, item: number | undefined): number =>
    column[item ?? 0] ?? Number.NaN;
  const mean = (column: ArrayLike<number>): number =>
    items.reduce((sum, item) => sum + value(column, item), 0) / n;
  const humanMean = mean(human);
  const squares = items.reduce((sum, item) => sum + (value(human, item) - humanMean) ** 2, 0);
  return {
    from: value(predicted, items[0]),
    to: value(predicted, items[n - 1]),
    n,
    predicted: mean(predicted),
    human: humanMean,
    humanStandardDeviation: n < 2 ? null : Math.sqrt(squares / (n - 1)),
  };
}
