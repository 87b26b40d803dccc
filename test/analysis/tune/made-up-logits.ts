import { seededRandom } from "../../../src/analysis/stats/random.ts";
import type { LineLogits } from "../../../src/analysis/tune/lager-loss.ts";
import { labelTree } from "../../../src/input/tokens/label-tree.ts";

/** Logits of a run of made-up lines: labels 1–3, of one token each, or with 2 and 3 parting later. */
export function madeUpLogits(lines: number, layerCount: number, severalTokens = false): LineLogits {
  const random = seededRandom(7);
  const { nodes } = labelTree(severalTokens ? [[1], [2, 3], [2, 4]] : [[1], [2], [3]]);
  return {
    values: [1, 2, 3],
    layerCount,
    projection: "normed",
    nodes: nodes.map((node) => {
      const count = lines * (layerCount + 1) * node.outcomes.length;
      const normed = Float32Array.from({ length: count }, () => 4 * random() - 2);
      return { ...node, normed, raw: normed };
    }),
  };
}
