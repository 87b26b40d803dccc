/** How the scores of a record on its aspects become one. */
export const COMBINATIONS = ["mean", "ranks"] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** What a selection found and kept, in figures. */
export interface SelectResult {
  readonly records: number;
  /** Records with a score on every aspect. */
  readonly scored: number;
  readonly nearDuplicates: number;
  readonly kept: number;
  /** Combined score of the last one kept; NaN when none is. */
  readonly threshold: number;
  /** Mean of each aspect over all scored records, and over the kept ones. */
  readonly aspects: readonly {
    readonly name: string;
    readonly weight: number;
    readonly all: number;
    readonly kept: number;
  }[];
  /** The best and the worst of the kept. */
  readonly examples: readonly {
    readonly rank: number;
    readonly score: number;
    readonly text: string;
  }[];
}
