import type { Failure } from "../input/dataset/failure.ts";
import { meanNormalized } from "../scoring/score/mean-normalized.ts";
import type { Score } from "../scoring/score/outcome.ts";

/** What is read of a score. */
type Scored = Pick<
  Score,
  | "kind"
  | "criterion"
  | "score"
  | "normalized"
  | "labels"
  | "probabilities"
  | "entropy"
  | "lager"
  | "scoreMass"
>;

/** What is read of an outcome. */
type Summed = Scored | Pick<Failure, "kind" | "criterion" | "code" | "message">;

/** An answer's scores as test tools take them. */
export interface AnswerSummary {
  /** Mean of the criteria's normalized scores, 0…1; null where a criterion has no score. */
  readonly score: number | null;
  /** Each criterion's normalized score, 0…1; null where it has none. */
  readonly criteria: Readonly<Record<string, number | null>>;
  /** One line for people: each criterion's score on the task's scale, or why it has none. */
  readonly reason: string;
  /** What was read of the judge, by criterion. */
  readonly metadata: Readonly<Record<string, CriterionMetadata>>;
}

/** What stands with one criterion's score. */
export type CriterionMetadata =
  | {
      /** On the task's scale. */
      readonly score: number;
      readonly normalized: number;
      /** Label → its probability. */
      readonly distribution: Readonly<Record<string, number>>;
      readonly entropy: number;
      /** LAGER's uniform score, as in the paper. */
      readonly lager: number;
      readonly scoreMass: number;
    }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Sums an answer up. Not to be scored on one criterion is not to be scored: a mean of the rest would mislead. */
export function summarise(outcomes: readonly Summed[]): AnswerSummary {
  return {
    score: meanNormalized(outcomes),
    criteria: Object.fromEntries(
      outcomes.map((each) => [nameOf(each), each.kind === "score" ? each.normalized : null]),
    ),
    reason: outcomes.map(reasonOf).join("; "),
    metadata: Object.fromEntries(outcomes.map((each) => [nameOf(each), metadataOf(each)])),
  };
}

/** What an outcome stands under: an answer that is broken as a whole has no criterion. */
function nameOf({ criterion }: Summed): string {
  return criterion ?? "record";
}

function reasonOf(outcome: Summed): string {
  const { criterion } = outcome;
  if (outcome.kind === "score") {
    const { score, labels } = outcome;
    return `${criterion} ${score.toFixed(2)} of ${labels[0]}–${labels.at(-1)}`;
  }
  const why = `not scored: ${outcome.code}: ${outcome.message}`;
  return criterion === null ? why : `${criterion} ${why}`;
}

function metadataOf(outcome: Summed): CriterionMetadata {
  if (outcome.kind === "failure") {
    const { code, message } = outcome;
    return { error: { code, message } };
  }
  const { score, normalized, entropy, lager, scoreMass } = outcome;
  return { score, normalized, distribution: distributionOf(outcome), entropy, lager, scoreMass };
}

/** Label → its probability. */
export function distributionOf({
  labels,
  probabilities,
}: Pick<Score, "labels" | "probabilities">): Record<string, number> {
  return Object.fromEntries(labels.map((label, i) => [label, probabilities[i] ?? Number.NaN]));
}
