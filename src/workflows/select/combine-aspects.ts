import { averageRanks } from "../../analysis/stats/ranks.ts";
import { ownValue } from "../../base/json.ts";
import type { AspectScores } from "./aspect-scores.ts";
import type { Combination } from "./result.ts";

/**
 * One score for each complete record.
 *
 * - `mean`: Σ_a w_a s_a / Σ_a w_a, on the scale of the scores.
 * - `ranks`: the same over ranks instead of scores, each as a share of the records (1 is the best,
 *   ties share their mean): an aspect on which the judge spreads its scores widely counts no more
 *   than another.
 *
 * @param weights of the aspects by name; those without one weigh 1.
 */
export function combineAspects(
  { aspects, scores }: AspectScores,
  combination: Combination,
  weights: Readonly<Record<string, number>> = {},
): Map<string, number> {
  const ids = [...scores.keys()];
  const columns = aspects.map((_, aspect) =>
    Float64Array.from(scores.values(), (values) => values[aspect] ?? Number.NaN),
  );
  const figures = combination === "mean" ? columns : columns.map(rankShares);
  const weightOf = aspects.map((aspect) => ownValue(weights, aspect) ?? 1);
  const total = weightOf.reduce((sum, weight) => sum + weight, 0);
  return new Map(
    ids.map((id, record) => [
      id,
      figures.reduce(
        (sum, figure, aspect) => sum + (weightOf[aspect] ?? 0) * (figure[record] ?? Number.NaN),
        0,
      ) / total,
    ]),
  );
}

function rankShares(scores: Float64Array): Float64Array {
  return averageRanks(scores).map((rank) => rank / scores.length);
}
