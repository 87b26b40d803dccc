import type { Failure } from "../../input/dataset/failure.ts";
import type { Score } from "../../scoring/score/outcome.ts";

/** Figures of an answer on one criterion, as `Score` has them. */
export type AnswerScore = Pick<
  Score,
  | "criterion"
  | "score"
  | "normalized"
  | "labels"
  | "values"
  | "probabilities"
  | "vanilla"
  | "eScore"
  | "lager"
  | "entropy"
  | "standardDeviation"
  | "scoreMass"
>;

/** One answer on all criteria of a task. */
export interface ScoredAnswer {
  readonly kind: "answer";
  readonly judge: string;
  readonly task: string;
  readonly scores: readonly AnswerScore[];
  /** Criteria that have no score, and why. */
  readonly failures: readonly Pick<Failure, "criterion" | "code" | "message">[];
}
