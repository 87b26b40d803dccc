/** Items of similar predicted score: what was predicted for them, and what humans gave. */
export interface CalibrationBin {
  /** Smallest and largest prediction in the bin, in the scale's units. */
  readonly from: number;
  readonly to: number;
  /** Items in the bin. */
  readonly n: number;
  /** Mean prediction. */
  readonly predicted: number;
  /** Mean human score. */
  readonly human: number;
  /** Standard deviation of the human scores (n − 1); null for a single item. */
  readonly humanStandardDeviation: number | null;
}
