import { tieGroups } from "./average-ranks.ts";
import { sortOrder } from "./sort-order.ts";

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
    const at = x[order[start] ?? 0] ?? Number.NaN;
    let block = { from: at, to: at, sum: 0, n: end - start };
    for (let i = start; i < end; i++) block.sum += y[order[i] ?? 0] ?? Number.NaN;
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
