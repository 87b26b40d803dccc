/** Resamples for the intervals. */
export const DEFAULT_RESAMPLES = 1000;
/** Of the resamples and folds. */
export const DEFAULT_SEED = 42;
