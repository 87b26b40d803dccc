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
