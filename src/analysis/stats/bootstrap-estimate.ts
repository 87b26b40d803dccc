import type { Estimate, PairedEstimate } from "./estimate.ts";
import { percentile } from "./percentile.ts";

/** Ends of a 95 % interval, as shares of the resamples. */
const LOW = 0.025;
const HIGH = 0.975;

/**
 * A figure with the interval that its resamples give: figure + percentiles 2.5 and 97.5 of the
 * resamples' deviations. With one bag of all units, whose own figure is the figure, that is the
 * percentile interval.
 *
 * @param deviations Of each resample, its figure less that of the bag it was drawn from; NaN where
 *   it was undefined.
 */
export function bootstrapEstimate(value: number, deviations: ArrayLike<number>): Estimate {
  const sorted = sortedDeviations(deviations);
  if (sorted === null) return { value, low: null, high: null };
  return { value, low: value + percentile(sorted, LOW), high: value + percentile(sorted, HIGH) };
}

/**
 * The difference of two figures with its interval, and how often it came out above zero.
 *
 * @param deviations Of each resample, its difference less that of its bag; NaN where it was
 *   undefined.
 */
export function pairedBootstrapEstimate(
  difference: number,
  deviations: ArrayLike<number>,
): PairedEstimate {
  const sorted = sortedDeviations(deviations);
  if (sorted === null) return { difference, low: null, high: null, won: null };
  let won = 0;
  for (const deviation of sorted) {
    const resampled = difference + deviation;
    if (resampled > 0) won += 1;
    else if (resampled === 0) won += 0.5;
  }
  return {
    difference,
    low: difference + percentile(sorted, LOW),
    high: difference + percentile(sorted, HIGH),
    won: won / sorted.length,
  };
}

/** Finite deviations in ascending order; null when half of the resamples or more have none. */
function sortedDeviations(deviations: ArrayLike<number>): Float64Array | null {
  const finite = Float64Array.from(deviations).filter(Number.isFinite);
  if (finite.length === 0 || finite.length * 2 <= deviations.length) return null;
  return finite.sort();
}
