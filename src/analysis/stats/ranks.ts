import { radixOrder } from "./radix-order.ts";

/**
 * The order that sorts finite numbers ascending, as indices into `values`; equal values keep their
 * order. Shape [values].
 */
export function sortOrder(values: ArrayLike<number>): Int32Array {
  const order = new Int32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return radixOrder(values, order);
}

/**
 * Ranks of finite numbers, counted from 1; equal numbers all get the mean of the ranks that they
 * take up together. Shape [values].
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = sortOrder(values);
  const ranks = new Float64Array(values.length);
  for (const [start, end] of tieGroups(values, order)) {
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks[order[i] as number] = rank;
  }
  return ranks;
}

/** Runs of equal values in sorted order: [start, end), positions in `order`. */
export function* tieGroups(
  values: ArrayLike<number>,
  order: Int32Array,
): Generator<readonly [number, number]> {
  let start = 0;
  for (let end = 1; end <= order.length; end++) {
    if (end < order.length && values[order[end] as number] === values[order[start] as number])
      continue;
    yield [start, end];
    start = end;
  }
}

/**
 * The value below which a share of sorted numbers lies, interpolated linearly between neighbours
 * (Hyndman and Fan's type 7, numpy's default).
 *
 * @param sorted Ascending, finite, at least one.
 * @param share 0…1: 0.5 for the median.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}
