import { LagerError } from "../../base/errors.ts";
import { aggregateLogits, type LogitRows } from "../distribution/aggregate.ts";
import {
  type LabelOutcomes,
  labelLogProbabilities,
  labelOutcomes,
} from "../distribution/label-nodes.ts";
import { softmax } from "../distribution/softmax.ts";
import { expectation } from "../distribution/statistics.ts";
import { tiltToMean } from "../distribution/tilt.ts";
import type { Projection } from "../weights/projection.ts";
import { uniformWeights } from "../weights/uniform-weights.ts";
import type { LinearMap, LinearMaps, Weights } from "../weights/weights-format.ts";
import type { HiddenStates } from "./item-outcome.ts";
import type { LabelNodeLogits, LayerLogits } from "./score-result.ts";

/** One item on one criterion, as it was captured. */
export interface WeighedItem {
  readonly criterion: string;
  readonly logits: LayerLogits;
  /** Where labels have several tokens. */
  readonly nodes?: readonly LabelNodeLogits[] | undefined;
  /** At the score position; for probes only, whose layers must be among them. */
  readonly hidden?: HiddenStates | undefined;
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
 * - `probe`: a linear function of hidden states and the last layer's expectation (its own logits, as
 *   normed as the model has them), clipped to the scale.
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
  const { values, projection, parameters, recipe } = weights;
  const { layers } = weights.layerSet;
  const nodes = labelNodes(item, projection, labelPaths);
  if (recipe === "lager") {
    const probabilities = softmax(aggregate(nodes, layers, softmax(parameters.theta)));
    return { score: expectation(values, probabilities), probabilities };
  }
  const expected = (of: readonly LabelNode[], layer: number): number =>
    expectation(values, softmax(aggregate(of, [layer], [1])));
  const features =
    recipe === "probe"
      ? probeFeatures(
          layers.map((layer) => hiddenState(item, layer)),
          expected(labelNodes(item, "normed", labelPaths), weights.judge.layers),
          parameters.hiddenSize,
        )
      : layers.map((layer) => expected(nodes, layer));
  const score = linearScore(mapFor(parameters, item.criterion), features, values);
  const logits = aggregate(nodes, layers, uniformWeights(layers));
  return { score, probabilities: tiltToMean(logits, values, score) };
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

/** A place where the labels part: its logits, and which of them each label goes through. */
interface LabelNode {
  readonly rows: LogitRows;
  /** Null where the logits are the labels' own. */
  readonly outcomes: LabelOutcomes | null;
}

function labelNodes(
  { logits, nodes }: WeighedItem,
  projection: Projection,
  labelPaths: readonly (readonly number[])[] | null,
): LabelNode[] {
  if (nodes === undefined) return [{ rows: logits[projection], outcomes: null }];
  if (labelPaths === null) {
    throw new LagerError("INVALID_ARGUMENT", "labels of several tokens need their paths");
  }
  return nodes.map((node) => ({
    rows: node[projection],
    outcomes: labelOutcomes(node, labelPaths),
  }));
}

/** Aggregated logits of the labels; log-probabilities, where labels have several tokens. */
function aggregate(
  nodes: readonly LabelNode[],
  layers: readonly number[],
  weights: ArrayLike<number>,
): Float64Array {
  const aggregated = nodes.map(({ rows }) => aggregateLogits(rows, layers, weights));
  const outcomes = nodes.flatMap((node) => (node.outcomes === null ? [] : [node.outcomes]));
  const [logits] = aggregated;
  if (outcomes.length === 0 && logits !== undefined) return logits;
  return labelLogProbabilities(aggregated, outcomes);
}

function hiddenState({ hidden }: WeighedItem, layer: number): ArrayLike<number> {
  if (hidden !== undefined) return stateOf(hidden, layer);
  throw new LagerError(
    "INVALID_ARGUMENT",
    "a probe reads hidden states, and none were captured: score with --capture hidden",
  );
}

/** The state of a layer; of no numbers where it is not among them. */
function stateOf({ layers, width, states }: HiddenStates, layer: number): ArrayLike<number> {
  const i = layers.indexOf(layer);
  return i === -1 ? [] : states.subarray(i * width, (i + 1) * width);
}

/**
 * What a probe reads: hidden states of its layers, one after the other, and the e-score. Shape
 * [layers · hiddenSize + 1].
 *
 * @throws LagerError `WEIGHTS_MISMATCH` when a state has another size.
 */
export function probeFeatures(
  states: readonly ArrayLike<number>[],
  eScore: number,
  hiddenSize: number,
): Float64Array {
  const features = new Float64Array(states.length * hiddenSize + 1);
  for (const [i, state] of states.entries()) {
    if (state.length !== hiddenSize) {
      throw new LagerError(
        "WEIGHTS_MISMATCH",
        `the probe reads hidden states of ${hiddenSize} numbers, and these have ${state.length}`,
        { place: { field: "parameters.hiddenSize" } },
      );
    }
    features.set(state, i * hiddenSize);
  }
  features[features.length - 1] = eScore;
  return features;
}
