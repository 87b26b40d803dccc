import { LagerError } from "../../base/errors.ts";
import { LabelDistribution } from "../distribution/label-distribution.ts";
import {
  checkNodeLogits,
  type NodeLogits,
  questionNodes,
  requireCaptured,
} from "../distribution/node-logits.ts";
import { entropy, expectation, standardDeviation } from "../distribution/statistics.ts";
import { type Projection, uniformWeights } from "../weights/layer-set.ts";
import type { QuestionScore, ScoreResult } from "./score-result.ts";

/** What was captured of one prompt. */
export interface Capture
  extends Pick<
    ScoreResult,
    "nodes" | "scoreMass" | "promptTokens" | "reusedTokens" | "branchTokens"
  > {
  /** What stands with each question of a checklist; left out where none was asked. */
  readonly questions?: readonly Pick<QuestionScore, "scoreMass">[] | undefined;
}

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
  { nodes, questions, scoreMass, promptTokens, reusedTokens, branchTokens }: Capture,
  aggregation: LayerAggregation,
): ScoreResult {
  const { layerCount, values, layers, weights, projection } = aggregation;
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
    ...(questions !== undefined && { questions: questionScores(nodes, questions, aggregation) }),
    promptTokens,
    reusedTokens,
    branchTokens,
  };
}

/** Where a float32 score lies between the scale's ends, 0…1; rounded to float32. */
export function normalizedScore(score: number, values: readonly number[]): number {
  const least = values[0] ?? Number.NaN;
  const most = values.at(-1) ?? Number.NaN;
  // A score is rounded, and may so lie beyond an end that is no float32.
  return Math.fround(Math.min(1, Math.max(0, (score - least) / (most - least))));
}

/** What each question alone says. */
function questionScores(
  nodes: readonly NodeLogits[],
  captured: NonNullable<Capture["questions"]>,
  { layerCount, values, layers, weights, projection }: LayerAggregation,
): QuestionScore[] {
  return questionNodes(nodes).map((own, number): QuestionScore => {
    const alone = own.map(({ question: _, ...node }) => node);
    const distribution = new LabelDistribution(alone, { projection, values, layerCount });
    distribution.aggregate(0, layers, weights);
    return {
      score: Math.fround(distribution.expectation()),
      probabilities: Array.from(distribution.probabilities, Math.fround),
      scoreMass: Math.fround(captured[number]?.scoreMass ?? Number.NaN),
    };
  });
}

/**
 * The figures of the aggregated distribution, each rounded once, to float32.
 *
 * @param score Of learned weights; a tilted distribution meets its expectation to 1e-9 only.
 */
export function distributionFigures(
  values: readonly number[],
  probabilities: Float64Array,
  score = expectation(values, probabilities),
): Pick<ScoreResult, "score" | "normalized" | "probabilities" | "entropy" | "standardDeviation"> {
  return {
    score: Math.fround(score),
    normalized: normalizedScore(Math.fround(score), values),
    probabilities: Array.from(probabilities, Math.fround),
    entropy: Math.fround(entropy(probabilities)),
    standardDeviation: Math.fround(standardDeviation(values, probabilities)),
  };
}
