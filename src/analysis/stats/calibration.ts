import { sortOrder, tieGroups } from "./ranks.ts";

/** Items of similar predicted score: what was predicted for them, and what humans gave. */
export interface CalibrationBin {
  /** Smallest and largest prediction in the bin, in the scale's units. */
  readonly from: number;
  readonly to: number;
  /** Items in the bin. */
  readonly n: number;
  /** Mean prediction. */
  readonly predicted: number;
  /** Mean human score. */
  readonly human: number;
  /** Standard deviation of the human scores (n − 1); null for a single item. */
  readonly humanStandardDeviation: number | null;
}

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
  const at = (i: number): number => predicted[order[i] as number] ?? Number.NaN;
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

/** A point of a monotone map. */
export interface MonotonePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * The non-decreasing function of x with the least squared error: isotonic regression by pooling
 * adjacent violators (PAVA). Given by the ends of its flat stretches, in ascending order of x; it is
 * linear between them, and flat beyond the first and the last.
 *
 * @param x Finite, at least one.
 * @param y Finite, of the same length.
 */
export function isotonicMap(x: ArrayLike<number>, y: ArrayLike<number>): MonotonePoint[] {
  const order = sortOrder(x);
  const blocks: { from: number; to: number; sum: number; n: number }[] = [];
  for (const [start, end] of tieGroups(x, order)) {
    const at = x[order[start] as number] ?? Number.NaN;
    let block = { from: at, to: at, sum: 0, n: end - start };
    for (let i = start; i < end; i++) block.sum += y[order[i] as number] ?? Number.NaN;
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.sum / last.n < block.sum / block.n) break;
      blocks.pop();
      block = { from: last.from, to: block.to, sum: last.sum + block.sum, n: last.n + block.n };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ from, to, sum, n }) => {
    const level = sum / n;
    return from === to
      ? [{ x: from, y: level }]
      : [
          { x: from, y: level },
          { x: to, y: level },
        ];
  });
}

/** The value of a monotone map at x. @param points As {@link isotonicMap} gives them; at least one. */
export function applyMonotone(points: readonly MonotonePoint[], x: number): number {
  let low = 0;
  let high = points.length - 1;
  const first = points[low];
  const last = points[high];
  if (first === undefined || last === undefined) return Number.NaN;
  if (x <= first.x) return first.y;
  if (x >= last.x) return last.y;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.x ?? Number.NaN) <= x) low = middle;
    else high = middle;
  }
  const left = points[low] ?? first;
  const right = points[high] ?? last;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}
