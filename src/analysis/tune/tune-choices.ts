/** Defaults of a tuning, apart from what computes it: the command line lists them. */
export const TUNE_DEFAULTS = { folds: 5, seed: 42 } as const;
