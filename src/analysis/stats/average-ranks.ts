import { sortOrder } from "./sort-order.ts";

/**
 * Ranks of finite numbers, counted from 1; equal numbers all get the mean of the ranks that they
 * take up together. Shape [values].
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = sortOrder(values);
  const ranks = new Float64Array(values.length);
  for (const [start, end] of tieGroups(values, order)) {
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = rank;
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
    if (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) continue;
    yield [start, end];
    start = end;
  }
}
