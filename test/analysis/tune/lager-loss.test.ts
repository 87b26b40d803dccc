import { describe, expect, it } from "vitest";
import { LagerLoss, nearestLabel } from "../../../src/analysis/tune/lager-loss.ts";
import { flatNodes } from "../../support/node-logits.ts";
import { madeUpLogits } from "./made-up-logits.ts";

const LAYERS = [1, 2, 4];
const THETA = new Float64Array([0.3, -0.7, 1.1]);
const ALPHA = 0.4;
const TARGETS = [1, 2.6, 3, 1.4];

function lossAt(severalTokens: boolean, theta: Float64Array, alpha: number): LagerLoss {
  const loss = new LagerLoss(madeUpLogits(TARGETS.length, 4, severalTokens), LAYERS);
  loss.begin(theta, alpha);
  for (const [line, target] of TARGETS.entries()) loss.add(line, target);
  return loss;
}

describe("LagerLoss", () => {
  it.each([false, true])(
    "has the gradient of finite differences (several tokens: %s)",
    (several) => {
      const { thetaGradient, alphaGradient } = lossAt(several, THETA, ALPHA);
      const step = 1e-5;
      for (const l of LAYERS.keys()) {
        const shifted = (by: number) =>
          lossAt(several, THETA.with(l, (THETA[l] ?? 0) + by), ALPHA).loss;
        const numeric = (shifted(step) - shifted(-step)) / (2 * step);
        expect(Math.abs(numeric)).toBeGreaterThan(1e-3);
        expect(thetaGradient[l]).toBeCloseTo(numeric, 8);
      }
      const numeric =
        (lossAt(several, THETA, ALPHA + step).loss - lossAt(several, THETA, ALPHA - step).loss) /
        (2 * step);
      expect(Math.abs(numeric)).toBeGreaterThan(1e-3);
      expect(alphaGradient).toBeCloseTo(numeric, 8);
    },
  );

  it("is the sum of cross-entropy and squared error, weighed by σ(α)", () => {
    // Two layers with the same weight; their logits of the one line by hand.
    const nodes = flatNodes([
      [0, 0],
      [0, 2],
    ]);
    const data = { values: [1, 2], layerCount: 1, projection: "normed", nodes } as const;
    const loss = new LagerLoss(data, [0, 1]);
    loss.begin(new Float64Array(2), 0);
    loss.add(0, 1.8);
    // Z = (0, 1): p = (1, e) / (1 + e), and the nearest label is 2.
    const p = Math.E / (1 + Math.E);
    expect(loss.score(0)).toBeCloseTo(1 + p, 12);
    expect(loss.loss).toBeCloseTo(0.5 * -Math.log(p) + 0.5 * (1 + p - 1.8) ** 2, 12);
  });

  it("takes the nearest label, and of two as near the lower", () => {
    expect([0.2, 1.4, 1.5, 1.6, 9].map((target) => nearestLabel([1, 2, 3], target))).toEqual([
      0, 0, 0, 1, 2,
    ]);
  });
});
