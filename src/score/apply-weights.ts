import { aggregateLogits } from "../distribution/aggregate.ts";
import { labelLogProbabilities, labelOutcomes } from "../distribution/label-nodes.ts";
import { layerExpectations } from "../distribution/layer-expectations.ts";
import { softmax } from "../distribution/softmax.ts";
import { expectation } from "../distribution/statistics.ts";
import { tiltToMean } from "../distribution/tilt.ts";
import { LagerError } from "../errors.ts";
import { uniformWeights } from "../weights/uniform-weights.ts";
import type { LinearMap, LinearMaps, Weights } from "../weights/weights-format.ts";
import type { LabelNodeLogits, LayerLogits } from "./score-result.ts";

/** One item on one criterion, as it was captured. */
export interface WeighedItem {
  readonly criterion: string;
  readonly logits: LayerLogits;
  /** Where labels have several tokens. */
  readonly nodes?: readonly LabelNodeLogits[] | undefined;
  /** Hidden states h_l of a layer at the score position, shape [embedding]; for probes only. */
  readonly hidden?: ((layer: number) => ArrayLike<number>) | undefined;
}

/** A score by learned weights, and the distribution that it is the expectation of. */
export interface WeighedScore {
  /** On the scale's units, within its ends; float64. */
  readonly score: number;
  /** Shape [labels]; Σ_k s_k p_k is the score. */
  readonly probabilities: Float64Array;
}

/**
 * The score of an item by learned weights. A pure function of both: scoring and evaluating with the
 * same weights give the same number.
 *
 * - `lager`: w = softmax(θ), Z_k = Σ_l w_l z_{l,k}, p = softmax(Z), score = Σ_k s_k p_k.
 * - `layers`, `consensus`: a linear function of the layers' expectations, clipped to the scale.
 * - `probe`: a linear function of hidden states, clipped to the scale.
 *
 * The linear recipes give a number and no distribution. `probabilities` is then the aggregation with
 * equal weights, tilted (see `tiltToMean`) until its expectation is that number.
 *
 * @param labelPaths Each label's tokens, shape [labels][tokens]; needed with `nodes` alone.
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer that is needed was not captured,
 *   `INVALID_ARGUMENT` when a probe is given no hidden states.
 */
export function applyWeights(
  weights: Weights,
  item: WeighedItem,
  labelPaths: readonly (readonly number[])[] | null = null,
): WeighedScore {
  const { layers } = weights.layerSet;
  if (weights.recipe === "lager") {
    const layerWeights = softmax(weights.parameters.theta);
    const probabilities = softmax(aggregate(weights, item, layerWeights, labelPaths));
    return { score: expectation(weights.values, probabilities), probabilities };
  }
  const features =
    weights.recipe === "probe"
      ? hiddenFeatures(layers, weights.parameters.hiddenSize, item)
      : layerExpectations(item.logits[weights.projection], layers, weights.values);
  const score = linearScore(mapFor(weights.parameters, item.criterion), features, weights.values);
  const logits = aggregate(weights, item, uniformWeights(layers), labelPaths);
  return { score, probabilities: tiltToMean(logits, weights.values, score) };
}

/** The linear score of features, clipped to the scale. */
export function linearScore(
  map: LinearMap,
  features: ArrayLike<number>,
  values: readonly number[],
): number {
  const { coefficients } = map;
  let score = map.offset;
  for (let i = 0; i < coefficients.length; i++) {
    score += (coefficients[i] ?? Number.NaN) * (features[i] ?? Number.NaN);
  }
  const lowest = values[0] ?? Number.NaN;
  const highest = values.at(-1) ?? Number.NaN;
  return Math.min(Math.max(score, lowest), highest);
}

/** A criterion's map, or the one for criteria that were not learned from. */
export function mapFor(maps: LinearMaps, criterion: string): LinearMap {
  return Object.hasOwn(maps.criteria, criterion)
    ? (maps.criteria[criterion] ?? maps.pooled)
    : maps.pooled;
}

/** Aggregated logits of the labels (log-probabilities, where labels have several tokens). */
function aggregate(
  { projection, layerSet: { layers } }: Weights,
  { logits, nodes }: WeighedItem,
  layerWeights: Float64Array,
  labelPaths: readonly (readonly number[])[] | null,
): Float64Array {
  if (nodes === undefined) return aggregateLogits(logits[projection], layers, layerWeights);
  if (labelPaths === null) {
    throw new LagerError("INVALID_ARGUMENT", "labels of several tokens need their paths");
  }
  return labelLogProbabilities(
    nodes.map((node) => aggregateLogits(node[projection], layers, layerWeights)),
    nodes.map((node) => labelOutcomes(node, labelPaths)),
  );
}

/** Hidden states of the layers, one after the other, shape [layers · embedding]. */
function hiddenFeatures(
  layers: readonly number[],
  hiddenSize: number,
  { hidden }: WeighedItem,
): Float64Array {
  if (hidden === undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "a probe reads hidden states, and none were captured: score with --capture hidden",
    );
  }
  const features = new Float64Array(layers.length * hiddenSize);
  for (const [i, layer] of layers.entries()) {
    const state = hidden(layer);
    if (state.length !== hiddenSize) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `the probe reads hidden states of ${hiddenSize} numbers; layer ${layer} has ${state.length}`,
      );
    }
    features.set(state, i * hiddenSize);
  }
  return features;
}
