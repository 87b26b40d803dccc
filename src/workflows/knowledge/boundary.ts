import { averageRanks } from "../../analysis/stats/ranks.ts";
import type { BoundaryFigures } from "./result.ts";

/** Questions that the judge was asked about: how sure it was, and whether there is an answer. */
export interface AskedQuestions {
  /** Score of each, shape [questions]. */
  readonly scores: readonly number[];
  /** True: it can be answered; shape [questions]. */
  readonly answerable: readonly boolean[];
}

/** What thresholds are laid between. */
export interface ScoreRange {
  readonly min: number;
  readonly max: number;
}

/** F1 and the rest of "unanswerable" at the threshold min + τ · (max − min). */
export function boundaryFigures(
  { scores, answerable }: AskedQuestions,
  range: ScoreRange,
  tau: number,
): BoundaryFigures {
  const threshold = range.min + tau * (range.max - range.min);
  let hits = 0;
  let called = 0;
  let unanswerable = 0;
  let right = 0;
  for (const [i, score] of scores.entries()) {
    const isCalled = score <= threshold;
    const is = answerable[i] === false;
    if (isCalled) called++;
    if (is) unanswerable++;
    if (isCalled && is) hits++;
    if (isCalled === is) right++;
  }
  const precision = called === 0 ? null : hits / called;
  const recall = unanswerable === 0 ? null : hits / unanswerable;
  return {
    tau,
    threshold,
    precision,
    recall,
    f1: unanswerable === 0 ? null : (2 * hits) / (called + unanswerable),
    accuracy: right / scores.length,
    called,
  };
}

/**
 * Area under the ROC curve for "unanswerable" by a low score: the probability that an unanswerable
 * question has a lower score than an answerable one, ties half (Mann–Whitney). Null when there are
 * not both kinds.
 */
export function boundaryAuroc({ scores, answerable }: AskedQuestions): number | null {
  const ranks = averageRanks(scores);
  let unanswerable = 0;
  let sum = 0;
  for (const [i, rank] of ranks.entries()) {
    if (answerable[i] !== false) continue;
    unanswerable++;
    sum += rank;
  }
  const others = scores.length - unanswerable;
  if (unanswerable === 0 || others === 0) return null;
  const higher = (sum - (unanswerable * (unanswerable + 1)) / 2) / (unanswerable * others);
  return 1 - higher;
}

/** The figures at evenly spaced thresholds through a range. */
export function thresholdSweep(
  asked: AskedQuestions,
  range: ScoreRange,
  steps = 20,
): BoundaryFigures[] {
  return Array.from({ length: steps + 1 }, (_, step) =>
    boundaryFigures(asked, range, step / steps),
  );
}
