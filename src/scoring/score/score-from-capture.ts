import { LagerError } from "../../base/errors.ts";
import { LabelDistribution } from "../distribution/label-distribution.ts";
import { checkNodeLogits, requireCaptured } from "../distribution/node-logits.ts";
import { entropy, expectation, standardDeviation } from "../distribution/statistics.ts";
import { type Projection, uniformWeights } from "../weights/layer-set.ts";
import type { ScoreResult } from "./score-result.ts";

/** What was captured of one prompt. */
export type Capture = Pick<
  ScoreResult,
  "nodes" | "scoreMass" | "promptTokens" | "reusedTokens" | "branchTokens"
>;

/** How one score is made of a capture. */
export interface LayerAggregation {
  /** Number of transformer layers L. */
  readonly layerCount: number;
  /** Numeric values of the labels, shape [labels], ascending. */
  readonly values: readonly number[];
  /** The layers that are aggregated, each within 0..L. */
  readonly layers: readonly number[];
  /** One weight for each of `layers`; they sum to one. */
  readonly weights: Float64Array;
  /** Which logits are aggregated. */
  readonly projection: Projection;
}

/**
 * LAGER's score and its baselines from one prompt's logits: at each node of the label tree
 * p_node = softmax_k(Σ_l w_l z_{l,node,k}); a label's probability is the product along its path, and
 * score = Σ_k s_k p_k.
 *
 * `vanilla` and `eScore` come from the last layer's normed logits, the model's own, and `lager` from
 * all layers' with equal weights, whatever is aggregated. All arithmetic is float64; every figure is rounded once, to float32, at the end.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer that is needed was not captured or a
 *   logit is not finite, `INVALID_ARGUMENT` when shapes, layers and weights do not fit.
 */
export function scoreFromCapture(
  { nodes, scoreMass, promptTokens, reusedTokens, branchTokens }: Capture,
  { layerCount, values, layers, weights, projection }: LayerAggregation,
): ScoreResult {
  if (layers.length === 0 || weights.length !== layers.length) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `a score takes one layer or more, each with a weight; ${layers.length} layers and ` +
        `${weights.length} weights were given`,
    );
  }
  checkNodeLogits(nodes, layerCount);
  requireCaptured(nodes, projection, layers);
  const all = Array.from({ length: layerCount }, (_, i) => i + 1);
  requireCaptured(nodes, "normed", all);
  const last = new LabelDistribution(nodes, { projection: "normed", values, layerCount });
  last.layer(0, layerCount);
  const uniform = new LabelDistribution(nodes, { projection: "normed", values, layerCount });
  uniform.aggregate(0, all, uniformWeights(all));
  const aggregated = new LabelDistribution(nodes, { projection, values, layerCount });
  aggregated.aggregate(0, layers, weights);
  return {
    // In front of what is spread: see `parseRecord`.
    vanilla: Math.fround(last.mode()),
    ...distributionFigures(values, aggregated.probabilities),
    eScore: Math.fround(last.expectation()),
    lager: Math.fround(uniform.expectation()),
    scoreMass: Math.fround(scoreMass),
    nodes,
    promptTokens,
    reusedTokens,
    branchTokens,
  };
}

/** The figures of the aggregated distribution, each rounded once, to float32. */
export function distributionFigures(
  values: readonly number[],
  probabilities: Float64Array,
): Pick<ScoreResult, "score" | "probabilities" | "entropy" | "standardDeviation"> {
  return {
    score: Math.fround(expectation(values, probabilities)),
    probabilities: Array.from(probabilities, Math.fround),
    entropy: Math.fround(entropy(probabilities)),
    standardDeviation: Math.fround(standardDeviation(values, probabilities)),
  };
}
