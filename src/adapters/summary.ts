import type { ScoredAnswer } from "../workflows/score-answer/result.ts";

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
export function summarise({
  scores,
  failures,
}: Pick<ScoredAnswer, "scores" | "failures">): AnswerSummary {
  const scored = scores.map(({ normalized }) => normalized);
  const mean = scored.reduce((sum, each) => sum + each, 0) / scored.length;
  return {
    score: failures.length > 0 || scored.length === 0 ? null : mean,
    criteria: Object.fromEntries([
      ...scores.map(({ criterion, normalized }) => [criterion, normalized] as const),
      ...failures.map(({ criterion }) => [criterion ?? "record", null] as const),
    ]),
    reason: [
      ...scores.map((each) => `${each.criterion} ${each.score.toFixed(2)} of ${scaleOf(each)}`),
      ...failures.map(({ criterion, code, message }) =>
        [criterion, `not scored: ${code}: ${message}`].filter((part) => part !== null).join(" "),
      ),
    ].join("; "),
    metadata: Object.fromEntries([
      ...scores.map((each): [string, CriterionMetadata] => [each.criterion, metadataOf(each)]),
      ...failures.map(({ criterion, code, message }): [string, CriterionMetadata] => [
        criterion ?? "record",
        { error: { code, message } },
      ]),
    ]),
  };
}

function metadataOf(each: ScoredAnswer["scores"][number]): CriterionMetadata {
  const { score, normalized, labels, probabilities, entropy, lager, scoreMass } = each;
  const distribution = Object.fromEntries(
    labels.map((label, i) => [label, probabilities[i] ?? Number.NaN]),
  );
  return { score, normalized, distribution, entropy, lager, scoreMass };
}

/** The ends of a scale: `1–5`. */
function scaleOf({ labels }: ScoredAnswer["scores"][number]): string {
  return `${labels[0]}–${labels.at(-1)}`;
}
