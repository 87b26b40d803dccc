import { LabelDistribution } from "../distribution/label-distribution.ts";
import { requireCaptured } from "../distribution/node-logits.ts";
import type { Projection } from "../weights/layer-set.ts";
import type { WeighedLayers } from "../weights/weighed-layers.ts";
import type { Score } from "./outcome.ts";

/**
 * LAGER's score of an item over other layers than it was scored with, from the logits that were
 * captured; rounded to float32.
 *
 * @param values of the labels, shape [labels].
 * @param layers each within 0…L.
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer was not captured.
 */
export function rescore(
  { nodes }: Pick<Score, "nodes">,
  { values, layerCount }: { readonly values: readonly number[]; readonly layerCount: number },
  { layers, weights }: Pick<WeighedLayers, "layers" | "weights">,
  projection: Projection = "normed",
): number {
  requireCaptured(nodes, projection, layers);
  const distribution = new LabelDistribution(nodes, { projection, values, layerCount });
  distribution.aggregate(0, layers, weights);
  return Math.fround(distribution.expectation());
}
