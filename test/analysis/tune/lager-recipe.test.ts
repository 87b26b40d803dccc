import { describe, expect, it } from "vitest";
import { LagerLoss } from "../../../src/analysis/tune/lager-loss.ts";
import { LAGER_DEFAULTS, learnLagerWeights } from "../../../src/analysis/tune/lager-recipe.ts";
import { madeUpLogits } from "./made-up-logits.ts";
// Made by scripts/research/tune/pytorch_reference.py.
import reference from "./pytorch-reference.json" with { type: "json" };

const LINES = Int32Array.from({ length: 101 }, (_, i) => i);
const DATA = madeUpLogits(LINES.length, 4);
const LAYERS = [1, 2, 3, 4];

/** What a judge would give whose third layer alone knows. */
const TARGETS = Float64Array.from(LINES, (line) => {
  const loss = new LagerLoss(DATA, [3]);
  loss.begin(new Float64Array(1), 0);
  return loss.score(line);
});

describe("learnLagerWeights", () => {
  it("finds the layer that knows", async () => {
    const { theta } = await learnLagerWeights(DATA, LAYERS, LINES, TARGETS, {
      epochs: 20,
      learningRate: 0.05,
    });
    const others = [theta[0] ?? 0, theta[1] ?? 0, theta[3] ?? 0];
    expect((theta[2] ?? 0) - Math.max(...others)).toBeGreaterThan(1);
  });

  it("gives the same bits with the same seed, and others with another", async () => {
    const learn = (seed: number) => learnLagerWeights(DATA, LAYERS, LINES, TARGETS, { seed });
    const first = await learn(42);
    expect(await learn(42)).toEqual(first);
    expect((await learn(43)).theta).not.toEqual(first.theta);
    expect(await learnLagerWeights(DATA, LAYERS, LINES, TARGETS)).toEqual(first);
  });

  it("stops when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      learnLagerWeights(DATA, LAYERS, LINES, TARGETS, { epochs: 100, batchSize: 1, signal }),
    ).rejects.toMatchObject({ code: "ABORTED" });
  });
});

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
