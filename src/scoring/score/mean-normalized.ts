import type { Failure } from "../../input/dataset/failure.ts";
import type { Score } from "./outcome.ts";

/**
 * Mean of an item's normalized scores over its criteria, 0 to 1; null where one of them has no score, or there
 * is none.
 */
export function meanNormalized(
  outcomes: readonly (Pick<Score, "kind" | "normalized"> | Pick<Failure, "kind">)[],
): number | null {
  if (outcomes.length === 0) return null;
  let sum = 0;
  for (const outcome of outcomes) {
    if (outcome.kind === "failure") return null;
    sum += outcome.normalized;
  }
  return sum / outcomes.length;
}
