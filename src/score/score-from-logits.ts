import { aggregateLogits, capturedRow } from "../distribution/aggregate.ts";
import { softmax } from "../distribution/softmax.ts";
import { argmax, entropy, expectation, standardDeviation } from "../distribution/statistics.ts";
import { LagerError } from "../errors.ts";
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
 * LAGER's score and its baselines from one prompt's logits:
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
    score: Math.fround(expectation(values, probabilities)),
    direct: Math.fround(values[argmax(lastLayer)] ?? Number.NaN),
    eScore: Math.fround(expectation(values, softmax(lastLayer))),
    probabilities: Array.from(probabilities, Math.fround),
    entropy: Math.fround(entropy(probabilities)),
    standardDeviation: Math.fround(standardDeviation(values, probabilities)),
    scoreMass: Math.fround(captured.scoreMass),
    logits,
    promptTokens: captured.promptTokens,
    reusedTokens: captured.reusedTokens,
  };
}

function logitRows(
  name: Projection,
  logits: Float32Array,
  layerCount: number,
  labelCount: number,
): (readonly number[] | null)[] {
  if (labelCount === 0 || logits.length !== (layerCount + 1) * labelCount) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the ${name} logits have ${logits.length} elements; ${layerCount} layers and the token ` +
        `embedding with ${labelCount} labels make ${(layerCount + 1) * labelCount}`,
    );
  }
  return Array.from({ length: layerCount + 1 }, (_, layer) =>
    logitRow(name, layer, logits.subarray(layer * labelCount, (layer + 1) * labelCount)),
  );
}

/** One layer's row; a row that is partly NaN or not finite can be neither kept nor left out. */
function logitRow(name: Projection, layer: number, row: Float32Array): readonly number[] | null {
  if (row.every(Number.isNaN)) return null;
  if (!row.every(Number.isFinite)) {
    throw new LagerError(
      "CAPTURE_INCOMPLETE",
      `the ${name} logits of layer ${layer} are not finite (${row.join(", ")}): nothing of ` +
        "this capture can be trusted",
    );
  }
  return Array.from(row);
}
