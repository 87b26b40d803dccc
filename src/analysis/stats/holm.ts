/** A p value among several that were computed together. */
export interface HolmValue {
  /** Corrected: below α for all that Holm's procedure rejects at α. */
  readonly corrected: number;
  /** What α is divided by at this value's step: as many as are not smaller. */
  readonly divisor: number;
}

/**
 * Holm's step-down correction (1979) for the number of p values: p_(i) · (m − i + 1), ascending, none
 * smaller than the one before, 1 at the most. It holds whatever the values' dependence. In the order of
 * `values`.
 */
export function holm(values: readonly number[]): HolmValue[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result: HolmValue[] = values.map(() => ({ corrected: 1, divisor: 1 }));
  let largest = 0;
  for (const [place, index] of order.entries()) {
    const divisor = values.length - place;
    largest = Math.max(largest, Math.min(1, (values[index] ?? 1) * divisor));
    result[index] = { corrected: largest, divisor };
  }
  return result;
}
