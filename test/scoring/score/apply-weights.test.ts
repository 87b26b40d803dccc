import { describe, expect, it } from "vitest";
import { applyWeights } from "../../../src/scoring/score/apply-weights.ts";
import type { ProbeWeights } from "../../../src/scoring/weights/weights-format.ts";
import { flatNodes, nodesOf } from "../../support/node-logits.ts";
import { LAGER, LINEAR } from "../weights/example-weights.ts";

/** Odds as float32 logits hold them: within 1e-7 of the number. */
const odds = (number: number) => Math.exp(Math.fround(Math.log(number)));

/** The expectation of labels 1, 2, … with these odds. */
function mean(...numbers: readonly number[]): number {
  const shares = numbers.map(odds);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.reduce((sum, share, k) => sum + (share * (k + 1)) / total, 0);
}

const FIRST = mean(1, 1, 2);
const SECOND = mean(1, 3, 4);

/** Odds 1:1:2 in layer 1, 1:3:4 in layer 2: expectations 2.25 and 2.375. */
const ITEM = {
  criterion: "clarity",
  nodes: flatNodes([null, [1, 1, 2].map(Math.log), [1, 3, 4].map(Math.log)], [null, null, null]),
};

describe("applyWeights", () => {
  it("aggregates logits by softmax weights (lager)", () => {
    const shares = [1, odds(3) ** 0.25, odds(2) ** 0.75 * odds(4) ** 0.25];
    const total = shares.reduce((sum, each) => sum + each);
    const { score, probabilities } = applyWeights(LAGER, ITEM);
    expect(probabilities[1]).toBeCloseTo((shares[1] ?? 0) / total, 12);
    expect(score).toBeCloseTo(
      shares.reduce((sum, each, k) => sum + (each * (k + 1)) / total, 0),
      12,
    );
  });

  it("is linear in the layers' expectations, with a map for each criterion (layers)", () => {
    expect(applyWeights(LINEAR, ITEM).score).toBeCloseTo(0.5 + 0.25 * FIRST + 0.5 * SECOND, 12);
    expect(applyWeights(LINEAR, { ...ITEM, criterion: "tone" }).score).toBeCloseTo(
      1 + 0.5 * SECOND,
      12,
    );
    expect(applyWeights(LINEAR, { ...ITEM, criterion: "constructor" }).score).toBeCloseTo(
      1 + 0.5 * SECOND,
      12,
    );
  });

  it("gives a distribution whose expectation is the score", () => {
    const { score, probabilities } = applyWeights(LINEAR, ITEM);
    const mean = [1, 2, 3].reduce((sum, value, k) => sum + value * (probabilities[k] ?? 0), 0);
    expect(mean).toBeCloseTo(score, 10);
    expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
  });

  it("clips to the scale's ends", () => {
    const steep = (offset: number) => ({
      ...LINEAR,
      parameters: { criteria: {}, pooled: { offset, coefficients: [1, 1] } },
    });
    expect(applyWeights(steep(9), ITEM)).toEqual({
      score: 3,
      probabilities: new Float64Array([0, 0, 1]),
    });
    expect(applyWeights(steep(-9), ITEM).score).toBe(1);
  });

  it("is linear in hidden states and the e-score (probe), and says when there are none", () => {
    const probe: ProbeWeights = {
      ...LINEAR,
      recipe: "probe",
      parameters: {
        hiddenSize: 2,
        criteria: {},
        pooled: { offset: 1 - 2 * SECOND, coefficients: [1, 0, 0, 0.5, 2] },
      },
    };
    const hidden = { layers: [1, 2], width: 2, states: Float32Array.of(0.5, 9, 9, 1) };
    expect(applyWeights(probe, { ...ITEM, hidden }).score).toBeCloseTo(2, 12);
    expect(() => applyWeights(probe, ITEM)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(() => applyWeights(probe, { ...ITEM, hidden: { ...hidden, width: 1 } })).toThrow(
      expect.objectContaining({ code: "WEIGHTS_MISMATCH" }),
    );
  });

  it("aggregates at the nodes where labels have several tokens", () => {
    // Labels 1 and 2 part at the root, 2 and 3 below it.
    const node = (...numbers: number[]) => ({
      normed: [null, numbers.map(Math.log), numbers.map(Math.log)],
      raw: [null, null, null],
    });
    const nodes = nodesOf([[5], [6, 7], [6, 8]], node(1, 1), node(1, 4));
    const { probabilities } = applyWeights(LAGER, { ...ITEM, nodes });
    expect(probabilities[0]).toBeCloseTo(0.5, 12);
    const last = odds(4) / (1 + odds(4));
    expect(probabilities[2]).toBeCloseTo(0.5 * last, 12);
    // Both layers expect 1 · 0.5 + 2 · 0.1 + 3 · 0.4, but for what a float32 logit of 4 lacks.
    expect(applyWeights(LINEAR, { ...ITEM, nodes }).score).toBeCloseTo(
      0.5 + (0.25 + 0.5) * (0.5 + 0.5 * (2 * (1 - last) + 3 * last)),
      12,
    );
  });
});
