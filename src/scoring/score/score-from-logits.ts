import { aggregateLogits, capturedRow } from "../distribution/aggregate.ts";
import { softmax } from "../distribution/softmax.ts";
import { argmax, expectation } from "../distribution/statistics.ts";
import { distributionFigures } from "./distribution-figures.ts";
import { logitRows } from "./logit-rows.ts";
import type { Projection, ScoreResult } from "./score-result.ts";

/** The captured logits of one prompt, and how to make one score of them. */
export interface CapturedLogits {
  /** W_k · N(h_l), row-major, shape [layerCount + 1, labels]; a row of NaN was not captured. */
  readonly normed: Float32Array;
  /** W_k · h_l, row-major, shape [layerCount + 1, labels]; a row of NaN was not captured. */
  readonly raw: Float32Array;
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
  /** Share of the vocabulary's probability that the score tokens hold in the last layer, 0…1. */
  readonly scoreMass: number;
  readonly promptTokens: number;
  readonly reusedTokens: number;
}

/**
 * LAGER's score and its baselines from one prompt's logits, for labels of one token each:
 * Z_k = Σ_l w_l z_{l,k}, p = softmax(Z), score = Σ_k s_k p_k.
 *
 * `direct` and `eScore` come from the last layer's normed logits, the model's own, whatever is
 * aggregated. All arithmetic is float64; every figure is rounded once, to float32, at the end.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer that is needed was not captured or a
 *   logit is not finite, `INVALID_ARGUMENT` when shapes, layers and weights do not fit.
 */
export function scoreFromLogits(captured: CapturedLogits): ScoreResult {
  const { layerCount, values, layers, weights, projection } = captured;
  const logits = {
    normed: logitRows("normed", captured.normed, layerCount, values.length),
    raw: logitRows("raw", captured.raw, layerCount, values.length),
  };
  const probabilities = softmax(aggregateLogits(logits[projection], layers, weights));
  const lastLayer = capturedRow(logits.normed, layerCount);
  return {
    // In front of what is spread: see `parseRecord`.
    direct: Math.fround(values[argmax(lastLayer)] ?? Number.NaN),
    ...distributionFigures(values, probabilities),
    eScore: Math.fround(expectation(values, softmax(lastLayer))),
    scoreMass: Math.fround(captured.scoreMass),
    logits,
    promptTokens: captured.promptTokens,
    reusedTokens: captured.reusedTokens,
  };
}
