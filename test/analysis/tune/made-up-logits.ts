import { seededRandom } from "../../../src/analysis/stats/random.ts";
import type { LabelLogits } from "../../../src/analysis/tune/label-logits.ts";

/** Logits of a run of made-up lines: labels 1–3, of one token each, or with 2 and 3 parting later. */
export function madeUpLogits(
  lines: number,
  rowsPerLine: number,
  severalTokens = false,
): LabelLogits {
  const random = seededRandom(7);
  const node = (outcomeCount: number, outcomeOf: number[]) => ({
    outcomeCount,
    outcomeOf,
    logits: Float32Array.from(
      { length: lines * rowsPerLine * outcomeCount },
      () => 4 * random() - 2,
    ),
  });
  return {
    values: [1, 2, 3],
    rowsPerLine,
    nodes: severalTokens ? [node(2, [0, 1, 1]), node(2, [-1, 0, 1])] : [node(3, [0, 1, 2])],
  };
}
