import { LagerError } from "../../base/errors.ts";
import { aggregateLogits } from "../distribution/aggregate.ts";
import { softmax } from "../distribution/softmax.ts";
import { expectation } from "../distribution/statistics.ts";
import { uniformWeights } from "../weights/uniform-weights.ts";
import type { ItemScore } from "./item-outcome.ts";
import type { Projection } from "./score-result.ts";

/**
 * LAGER's score of an item over other layers than it was scored with, with uniform weights, from the
 * logits that were captured: Σ_k s_k softmax(Σ_l w_l z_{l,k})_k, rounded to float32.
 *
 * @param values of the labels, shape [labels].
 * @param layers each within 0…L.
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer was not captured; `INVALID_ARGUMENT` for labels
 *   of several tokens, which are aggregated where they part.
 */
export function rescore(
  { logits, nodes }: Pick<ItemScore, "logits" | "nodes">,
  values: readonly number[],
  layers: readonly number[],
  projection: Projection = "normed",
): number {
  if (nodes !== undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "labels of several tokens cannot be scored over other layers afterwards: score them anew",
    );
  }
  const weighted = aggregateLogits(logits[projection], layers, uniformWeights(layers));
  return Math.fround(expectation(values, softmax(weighted)));
}
