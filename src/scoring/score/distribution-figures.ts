import { entropy, expectation, standardDeviation } from "../distribution/statistics.ts";
import type { ScoreResult } from "./score-result.ts";

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
