import { softmax } from "../distribution/softmax.ts";
import { expectation } from "../distribution/statistics.ts";
import type { ItemScore } from "./item-outcome.ts";
import type { Projection } from "./score-result.ts";

/** A distribution over the labels, shape [labels], and its expectation on the scale's units. */
export interface LabelDistribution {
  readonly probabilities: ArrayLike<number>;
  readonly expectation: number;
}

/** The distributions behind an item's score. */
export interface ItemDistributions {
  /** Each layer's own, softmax of its logits; null where it was not captured. Shape [layers + 1]. */
  readonly layers: readonly (LabelDistribution | null)[];
  /** That of the score. */
  readonly aggregated: LabelDistribution;
}

/**
 * The distributions of an item, layer by layer.
 *
 * @param values of the labels, shape [labels].
 */
export function itemDistributions(
  { logits, probabilities }: Pick<ItemScore, "logits" | "probabilities">,
  values: readonly number[],
  projection: Projection = "normed",
): ItemDistributions {
  const distribution = (p: ArrayLike<number>): LabelDistribution => ({
    probabilities: p,
    expectation: expectation(values, p),
  });
  return {
    layers: logits[projection].map((row) => (row === null ? null : distribution(softmax(row)))),
    aggregated: distribution(probabilities),
  };
}
