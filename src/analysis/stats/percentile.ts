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
