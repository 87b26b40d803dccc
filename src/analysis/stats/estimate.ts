import { percentile } from "./ranks.ts";

/** Why a figure does not exist for these numbers. */
export type UndefinedReason =
  /** Fewer than two items: nothing varies. */
  | "too-few-items"
  /** The method gives every item the same score. */
  | "constant-scores"
  /** The humans give every item the same score. */
  | "constant-human"
  /** A value is NaN or infinite. */
  | "not-finite"
  /** Of a partial correlation: the control is unknown, does not vary, or is the method itself. */
  | "no-control"
  /** A mean over criteria one of which has no value. */
  | "undefined-in-a-criterion";

/**
 * A figure with its 95 % bootstrap interval (percentiles 2.5 and 97.5 of the resamples).
 *
 * `value` is null when the figure is undefined for these numbers, and `reason` says why. `low`
 * and `high` are null then too, and also when it was undefined in more than half of the resamples.
 */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: UndefinedReason;
}

/**
 * A method's figure less the baseline's, both on the same resamples.
 *
 * All null when either figure is undefined.
 */
export interface PairedEstimate {
  /** Method − baseline on all items. */
  readonly difference: number | null;
  /** 95 % interval of the difference. */
  readonly low: number | null;
  readonly high: number | null;
  /** Share of the resamples in which the method had the larger figure, 0…1; a tie counts half. */
  readonly won: number | null;
}

/** Share of the resamples in an interval, where nobody asks for another. */
export const DEFAULT_LEVEL = 0.95;

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
 * @param level Share of the resamples in the interval. Default: 0.95.
 */
export function bootstrapEstimate(
  value: number,
  deviations: ArrayLike<number>,
  level: number = DEFAULT_LEVEL,
): Estimate {
  const sorted = sortedDeviations(deviations);
  if (sorted === null) return { value, low: null, high: null };
  const [low, high] = level === DEFAULT_LEVEL ? [LOW, HIGH] : [(1 - level) / 2, (1 + level) / 2];
  return { value, low: value + percentile(sorted, low), high: value + percentile(sorted, high) };
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
