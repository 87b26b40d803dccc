import { describe, expect, it } from "vitest";
import {
  type CapturedLogits,
  scoreFromLogits,
} from "../../../src/scoring/score/score-from-logits.ts";

const NAN_ROW = [Number.NaN, Number.NaN, Number.NaN];

function captured(overrides: Partial<CapturedLogits> = {}): CapturedLogits {
  return {
    // Odds by layer: not captured; 1:1:2; 2:1:1; 1:3:4.
    normed: new Float32Array([
      ...NAN_ROW,
      ...[1, 1, 2].map(Math.log),
      ...[2, 1, 1].map(Math.log),
      ...[1, 3, 4].map(Math.log),
    ]),
    raw: new Float32Array([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    layerCount: 3,
    values: [1, 2, 3],
    layers: [3],
    weights: new Float64Array([1]),
    projection: "normed",
    scoreMass: 0.5,
    promptTokens: 70,
    reusedTokens: 48,
    ...overrides,
  };
}

describe("scoreFromLogits", () => {
  it("expects the aggregated distribution", () => {
    const result = scoreFromLogits(captured());
    expect(result.score).toBeCloseTo((1 + 6 + 12) / 8, 6);
    expect(result.probabilities[0]).toBeCloseTo(1 / 8, 6);
    expect(result.probabilities[1]).toBeCloseTo(3 / 8, 6);
    expect(result.probabilities[2]).toBeCloseTo(4 / 8, 6);
    expect(result.entropy).toBeCloseTo(
      -(Math.log(1 / 8) / 8 + (3 * Math.log(3 / 8)) / 8 + Math.log(1 / 2) / 2),
      6,
    );
    const mean = 19 / 8;
    const variance = ((1 - mean) ** 2 + 3 * (2 - mean) ** 2 + 4 * (3 - mean) ** 2) / 8;
    expect(result.standardDeviation).toBeCloseTo(Math.sqrt(variance), 6);
    expect(result.promptTokens).toBe(70);
    expect(result.reusedTokens).toBe(48);
  });

  it("averages logits over the layers, by their weights", () => {
    const result = scoreFromLogits(
      captured({ layers: [1, 2], weights: new Float64Array([0.5, 0.5]) }),
    );
    // Geometric means of the odds: √2 : 1 : √2.
    const total = 2 * Math.SQRT2 + 1;
    expect(result.probabilities[0]).toBeCloseTo(Math.SQRT2 / total, 6);
    expect(result.probabilities[1]).toBeCloseTo(1 / total, 6);
    expect(result.score).toBeCloseTo(2, 6);
  });

  it("takes the baselines from the last layer's normed logits, whatever is aggregated", () => {
    const uniform = scoreFromLogits(
      captured({ layers: [0], weights: new Float64Array([1]), projection: "raw" }),
    );
    expect(uniform.score).toBe(2);
    expect(uniform.direct).toBe(3);
    expect(uniform.eScore).toBeCloseTo(19 / 8, 6);
    expect(scoreFromLogits(captured()).eScore).toBe(scoreFromLogits(captured()).score);
  });

  it("gives a tie of the last layer to the lowest label", () => {
    const normed = captured().normed.slice();
    normed.set([5, 5, 5], 9);
    expect(scoreFromLogits(captured({ normed })).direct).toBe(1);
  });

  it("keeps every logit as it was captured, and null for a row that was not", () => {
    const { logits } = scoreFromLogits(captured());
    expect(logits.normed[0]).toBeNull();
    expect(logits.normed[3]).toEqual([0, Math.fround(Math.log(3)), Math.fround(Math.log(4))]);
    expect(logits.raw).toEqual([
      [0, 0, 0],
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
  });

  it("rounds every figure to float32, with probabilities that still sum to one", () => {
    const labels = 9;
    for (let seed = 1; seed <= 50; seed++) {
      const logits = Float32Array.from({ length: 2 * labels }, (_, i) => 9 * Math.sin(seed * i));
      const result = scoreFromLogits(
        captured({
          normed: logits,
          raw: logits,
          layerCount: 1,
          values: [1, 2, 3, 4, 5, 6, 7, 8, 9],
          layers: [0, 1],
          weights: new Float64Array([0.5, 0.5]),
        }),
      );
      const { score, direct, eScore, entropy, standardDeviation, probabilities } = result;
      for (const figure of [score, direct, eScore, entropy, standardDeviation, ...probabilities]) {
        expect(Math.fround(figure)).toBe(figure);
      }
      expect(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    }
  });

  it("refuses to aggregate over a layer that was not captured", () => {
    expect(() => scoreFromLogits(captured({ layers: [0] }))).toThrow(
      expect.objectContaining({ code: "CAPTURE_INCOMPLETE" }),
    );
  });

  it("refuses a last layer that was not captured, as it has no baselines then", () => {
    const normed = captured().normed.slice();
    normed.set(NAN_ROW, 9);
    expect(() => scoreFromLogits(captured({ normed, layers: [1] }))).toThrow(
      expect.objectContaining({ code: "CAPTURE_INCOMPLETE" }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses a row with one logit of %d", (logit) => {
    const raw = captured().raw.slice();
    raw[4] = logit;
    expect(() => scoreFromLogits(captured({ raw }))).toThrow(
      expect.objectContaining({
        code: "CAPTURE_INCOMPLETE",
        message: expect.stringContaining("raw logits of layer 1"),
      }),
    );
  });

  it("refuses logits of another shape", () => {
    expect(() => scoreFromLogits(captured({ raw: new Float32Array(11) }))).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
