import { blaming, checkArguments, OBJECT } from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { LabelDistribution } from "../distribution/label-distribution.ts";
import { type NodeLogits, requireCaptured } from "../distribution/node-logits.ts";
import { softmax } from "../distribution/softmax.ts";
import { expectation } from "../distribution/statistics.ts";
import { tiltToMean } from "../distribution/tilt.ts";
import { type Projection, uniformWeights } from "../weights/layer-set.ts";
import { WEIGHTS } from "../weights/parse-weights.ts";
import type {
  KernelWeights,
  LagerWeights,
  ProbeWeights,
  RidgeWeights,
  Weights,
} from "../weights/weights-format.ts";
import { LayerFeatures, requireFeatureLayers } from "./layer-features.ts";
import { clipped, forCriterion, layerScore, linearSum } from "./layer-score.ts";
import type { HiddenStates } from "./outcome.ts";
import { QuestionLogOdds, questionScore } from "./question-score.ts";

/** One item on one criterion, as it was captured. */
export interface WeighedItem {
  readonly criterion: string;
  /** Of the whole label tree, the root first. */
  readonly nodes: readonly NodeLogits[];
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
 * - `ridge`: a linear function of the layers' expectations and standard deviations, clipped to the
 *   scale.
 * - `kernel`: the same, and radial basis functions around the rows that were learned from.
 * - `questions`: a linear function of the log-odds of a checklist's answers, clipped to the scale.
 * - `probe`: a linear function of hidden states and the last layer's expectation (its own logits, as
 *   normed as the model has them), clipped to the scale.
 *
 * All but `lager` give a number and no distribution. `probabilities` is then the aggregation with
 * equal weights, tilted (see `tiltToMean`) until its expectation is that number.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer that is needed was not captured,
 *   `INVALID_ARGUMENT` when a probe is given no hidden states.
 */
export function applyWeights(weights: Weights, item: WeighedItem): WeighedScore {
  checkArguments("applyWeights", { weights: [weights, WEIGHTS], item: [item, OBJECT] });
  return blaming("applyWeights", "item", () => weigh(weights, item));
}

function weigh(weights: Weights, item: WeighedItem): WeighedScore {
  const { values } = weights;
  const { layers } = weights.layerSet;
  const { labelLogits } = itemReader(weights, item);
  if (weights.recipe === "lager") {
    const probabilities = softmax(labelLogits(layers, softmax(weights.parameters.theta)));
    return { score: expectation(values, probabilities), probabilities };
  }
  const score = linearScore(weights, item);
  const logits = labelLogits(layers, uniformWeights(layers));
  return { score, probabilities: tiltToMean(logits, values, score) };
}

function linearScore(weights: Exclude<Weights, LagerWeights>, item: WeighedItem): number {
  if (weights.recipe === "probe") return probeScore(weights, item);
  if (weights.recipe !== "questions") return layersScore(weights, item);
  const { values, judge } = weights;
  requireCaptured(item.nodes, "normed", [judge.layers]);
  const answers = new QuestionLogOdds(item.nodes, { values, layerCount: judge.layers });
  answers.read(0);
  return questionScore(weights, item.criterion, answers);
}

function layersScore(
  weights: RidgeWeights | KernelWeights,
  { nodes, criterion }: WeighedItem,
): number {
  const { projection, values, judge, layerSet } = weights;
  const options = { projection, values, layerCount: judge.layers, layers: layerSet.layers };
  requireFeatureLayers(nodes, options);
  const features = new LayerFeatures(nodes, options);
  features.read(0);
  return layerScore(weights)(criterion, features);
}

function probeScore(weights: ProbeWeights, item: WeighedItem): number {
  const { parameters, values, judge, layerSet } = weights;
  const features = probeFeatures(
    layerSet.layers.map((layer) => hiddenState(item, layer)),
    itemReader(weights, item).expected("normed", judge.layers),
    parameters.hiddenSize,
  );
  return clipped(linearSum(forCriterion(parameters, item.criterion), features), values);
}

/** What an item's logits say under the weights' layers, as far as they were captured. */
function itemReader({ values, judge, projection }: Weights, { nodes }: WeighedItem) {
  const read = (of: Projection, layers: readonly number[]): LabelDistribution => {
    requireCaptured(nodes, of, layers);
    return new LabelDistribution(nodes, { projection: of, values, layerCount: judge.layers });
  };
  return {
    /** Logits of the labels under aggregated layers; log-probabilities, where there are several nodes. */
    labelLogits(layers: readonly number[], weights: ArrayLike<number>): Float64Array {
      const distribution = read(projection, layers);
      distribution.aggregate(0, layers, weights);
      return distribution.labelLogits;
    },
    /** A layer's own expectation. */
    expected(of: Projection, layer: number): number {
      const distribution = read(of, [layer]);
      distribution.layer(0, layer);
      return expectation(values, softmax(distribution.labelLogits));
    },
  };
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
