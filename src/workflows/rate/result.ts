import type { RecordTexts } from "../../input/dataset/record.ts";
import type { Criterion, Task } from "../../input/task/task.ts";

/** A record on a criterion that is to be rated: a line of a plan. */
export interface PlannedRating {
  readonly id: string;
  readonly criterion: string;
}

/** What a rater is shown. */
export interface RatingItem {
  /** The record's. */
  readonly id: string;
  readonly texts: RecordTexts;
  readonly criterion: Criterion;
  /** The judge's score of it; null where the rater is blind. */
  readonly score: number | null;
  /** The rater's own score until now: a number, null for one left out, undefined for none. */
  readonly given: number | null | undefined;
}

/** How far a rater is. */
export interface RatingProgress {
  /** Rated or left out. */
  readonly done: number;
  readonly total: number;
}

/** What a rater works on. */
export interface RatingView extends RatingProgress {
  readonly task: Task;
  readonly rater: string;
  readonly item: RatingItem;
}

/** How far two or more raters agree on one criterion, or on all together (`criterion` null). */
export interface RaterAgreement {
  readonly criterion: string | null;
  /** Records on a criterion that more than one rater scored. */
  readonly shared: number;
  /** Krippendorff's α with the interval metric; null where it is undefined. */
  readonly alpha: number | null;
  /** Cohen's κ with quadratic weights: of two raters; the mean over pairs of more. */
  readonly kappa: number | null;
}

/** What comparing raters finds. */
export interface RaterComparison {
  /** With the number of scores that each gave. */
  readonly raters: readonly { readonly rater: string; readonly scores: number }[];
  /** Of each criterion in the order found, then of all. */
  readonly agreement: readonly RaterAgreement[];
}
