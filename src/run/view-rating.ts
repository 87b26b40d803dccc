/** What a rating changes in a line of a run that is shown. It is plain JSON. */
export interface RatingChange {
  /** Index among the runs shown, and the line's number in it. */
  readonly run: number;
  readonly line: number;
  /** The mean over all raters, which counts as the human score; null where nobody gave one. */
  readonly human: number | null;
  /** What the rater says of it: a score, or null for one left out; missing where nothing is said. */
  readonly given?: number | null;
}
