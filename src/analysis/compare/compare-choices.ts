// What a comparison can be asked for, apart from what computes it: the command line lists it.

/** What sets of answers are told apart by. */
export const SYSTEMS_BY = ["run", "system"] as const;
export type SystemsBy = (typeof SYSTEMS_BY)[number];

/** What makes a pair of two systems' records. */
export const PAIRED_BY = ["id", "group"] as const;
export type PairedBy = (typeof PAIRED_BY)[number];

/** So many movers are named where nobody says how many. */
export const DEFAULT_MOVERS = 10;
