import { describe, expect, it } from "vitest";
import { LAGER_DEFAULTS, learnLagerWeights } from "../../../src/analysis/tune/lager-recipe.ts";
// Made by scripts/research/tune/pytorch_reference.py.
import reference from "./pytorch-reference.json" with { type: "json" };

/** What two orders of the same float64 sums leave, over all steps. */
const TOLERANCE = 1e-10;

describe("the paper's recipe against PyTorch", () => {
  it.each(reference.cases.map((each) => [each.name, each] as const))(
    "learns the same weights: %s",
    async (_, recorded) => {
      const { values, nodes, targets, epochs, batchSize, seed } = recorded;
      const layers = recorded.theta.map((_, layer) => layer);
      const data = {
        values,
        layerCount: layers.length - 1,
        projection: "normed",
        nodes: nodes.map(({ outcomeCount, outcomeOf, logits }) => ({
          prefix: new Int32Array(),
          outcomes: new Int32Array(outcomeCount),
          outcomeOf: Int32Array.from(outcomeOf),
          normed: Float32Array.from(logits),
          raw: new Float32Array(),
        })),
      } as const;
      const lines = targets.map((_, line) => line);
      const options = { epochs, batchSize, seed };
      const { theta, alpha } = await learnLagerWeights(data, layers, lines, targets, options);
      for (const [layer, expected] of recorded.theta.entries()) {
        // Zero, where θ begins, would be no agreement.
        expect(Math.abs(expected)).toBeGreaterThan(1e-3);
        expect(Math.abs((theta[layer] ?? Number.NaN) - expected)).toBeLessThan(TOLERANCE);
      }
      expect(Math.abs(alpha - recorded.alpha)).toBeLessThan(TOLERANCE);
    },
  );

  it("has the paper's learning rate as its default", () => {
    expect(LAGER_DEFAULTS.learningRate).toBe(reference.learningRate);
  });
});
