// Made by scripts/research/stats/comparison_reference.py.
import reference from "./scipy-reference.json" with { type: "json" };

/** What scipy and statsmodels give, each case with its numbers. */
export const COMPARISON_REFERENCE = reference;

/** The pairs of systems by name, as a table for `it.each`. */
export const PAIR_CASES = reference.pairs.map((each) => [each.name, each] as const);
