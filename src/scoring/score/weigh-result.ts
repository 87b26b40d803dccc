import type { Weights } from "../weights/weights-format.ts";
import { applyWeights } from "./apply-weights.ts";
import type { HiddenStates } from "./outcome.ts";
import { distributionFigures } from "./score-from-capture.ts";
import type { ScoreResult } from "./score-result.ts";

/**
 * A result with the score and the distribution of learned weights in place of those of equal ones;
 * baselines and logits stay as they are.
 *
 * @throws LagerError as `applyWeights` does.
 */
export function weighResult(
  result: ScoreResult,
  weights: Weights,
  item: {
    readonly criterion: string;
    /** What a probe reads; null for all other recipes. */
    readonly hidden: HiddenStates | null;
  },
): ScoreResult {
  const { score, probabilities } = applyWeights(weights, {
    criterion: item.criterion,
    nodes: result.nodes,
    hidden: item.hidden ?? undefined,
  });
  return {
    ...result,
    ...distributionFigures(weights.values, probabilities, score),
  };
}
