/** Recipes that learn from a run file alone. */
export const TUNE_RECIPES = ["layers", "lager", "consensus"] as const;

export const TUNE_DEFAULTS = { folds: 5, seed: 42 } as const;
