/** Recipes that learn from a run file; `probe` from the hidden states beside it as well. */
export const TUNE_RECIPES = ["layers", "lager", "consensus", "probe"] as const;

export const TUNE_DEFAULTS = { folds: 5, seed: 42 } as const;
