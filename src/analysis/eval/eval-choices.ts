// What an evaluation can be asked for, apart from what computes it: the command line lists it.

/** Resamples for the intervals. */
export const DEFAULT_RESAMPLES = 1000;
/** Of the resamples and folds. */
export const DEFAULT_SEED = 42;

/** What is drawn whole in a resample: a group of records, or a record with its criteria. */
export const RESAMPLING_UNITS = ["group", "record"] as const;
export type ResamplingUnit = (typeof RESAMPLING_UNITS)[number];
/** Replies to one conversation resemble each other: drawn one by one, they would count as so many. */
export const DEFAULT_UNIT: ResamplingUnit = "group";

/** What the methods' table can be broken down by. */
export const BREAKDOWNS = ["criterion", "system"] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];
