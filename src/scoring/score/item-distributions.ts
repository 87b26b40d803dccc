import { LabelDistribution } from "../distribution/label-distribution.ts";
import { expectation } from "../distribution/statistics.ts";
import type { Projection } from "../weights/layer-set.ts";
import type { Score } from "./outcome.ts";

/** A distribution over the labels, shape [labels], and its expectation on the scale's units. */
export interface ItemDistribution {
  readonly probabilities: ArrayLike<number>;
  readonly expectation: number;
}

/** The distributions behind an item's score. */
export interface ItemDistributions {
  /** Each layer's own; null where it was not captured. Shape [layers + 1]. */
  readonly layers: readonly (ItemDistribution | null)[];
  /** That of the score. */
  readonly aggregated: ItemDistribution;
}

/** The distributions of an item, layer by layer. */
export function itemDistributions(
  { nodes, probabilities }: Pick<Score, "nodes" | "probabilities">,
  { values, layerCount }: { readonly values: readonly number[]; readonly layerCount: number },
  projection: Projection = "normed",
): ItemDistributions {
  const distribution = new LabelDistribution(nodes, { projection, values, layerCount });
  return {
    layers: Array.from({ length: layerCount + 1 }, (_, layer) => {
      distribution.layer(0, layer);
      const expected = distribution.expectation();
      if (Number.isNaN(expected)) return null;
      return { probabilities: distribution.probabilities.slice(), expectation: expected };
    }),
    aggregated: { probabilities, expectation: expectation(values, probabilities) },
  };
}
