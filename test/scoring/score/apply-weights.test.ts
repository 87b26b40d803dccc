import { describe, expect, it } from "vitest";
import { applyWeights } from "../../../src/scoring/score/apply-weights.ts";
import type { ProbeWeights } from "../../../src/scoring/weights/weights-format.ts";
import { flatNodes, nodesOf } from "../../support/node-logits.ts";
import { KERNEL, LAGER, RIDGE } from "../weights/example-weights.ts";

/** Odds as float32 logits hold them: within 1e-7 of the number. */
const odds = (number: number) => Math.exp(Math.fround(Math.log(number)));

/** The expectation of labels 1, 2, … with these odds. */
function mean(...numbers: readonly number[]): number {
  const shares = numbers.map(odds);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.reduce((sum, share, k) => sum + (share * (k + 1)) / total, 0);
}

const ZEROS = [0, 0, 0, 0, 0, 0, 0];
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

  it("is linear in expectations, deviations and what needs no label (ridge), by criterion", () => {
    const variance = [1, 1, 2].reduce(
      (sum, each, k) => sum + (odds(each) * (k + 1 - FIRST) ** 2) / (2 + odds(2)),
      0,
    );
    const linear = 0.5 + 0.25 * FIRST + 0.5 * SECOND + 0.125 * Math.sqrt(variance);
    // The coefficient of the e-score, which is the last layer's expectation, is 0.25.
    expect(applyWeights(RIDGE, ITEM).score).toBeCloseTo(linear + 0.25 * SECOND, 12);
    // Z = z₂ − z₁ of two layers, of which the first is the middle third: odds 1:3:2.
    const of = (place: number, offset = 1) => {
      const coefficients = [0, 0, 0, 0, 0, 0, 0].map((_, i) => (i === place ? 0.5 : 0));
      const parameters = { criteria: {}, pooled: { offset, coefficients } };
      return applyWeights({ ...RIDGE, parameters }, ITEM).score;
    };
    const contrast = [1, odds(3), odds(4) / odds(2)];
    const uniform = [1, odds(3) ** 0.5, (odds(2) * odds(4)) ** 0.5];
    const meanOf = (all: number[]) =>
      all.reduce((sum, each, k) => sum + each * (k + 1), 0) / all.reduce((sum, each) => sum + each);
    expect(of(5)).toBeCloseTo(1 + 0.5 * meanOf(contrast), 12);
    expect(of(6)).toBeCloseTo(1 + 0.5 * meanOf(uniform), 12);
    expect(applyWeights(RIDGE, { ...ITEM, criterion: "tone" }).score).toBeCloseTo(
      1 + 0.5 * SECOND,
      12,
    );
    expect(applyWeights(RIDGE, { ...ITEM, criterion: "constructor" }).score).toBeCloseTo(
      1 + 0.5 * SECOND,
      12,
    );
  });

  it("adds radial basis functions around the rows that were learned from (kernel)", () => {
    const bent = (dual: readonly number[], spread = 0.5) => {
      const { maps, kernel } = KERNEL.parameters;
      const flat = { criteria: {}, pooled: { ...maps.pooled, offset: 2, coefficients: ZEROS } };
      const standards = { ...kernel.standards, pooled: { ...kernel.standards.pooled, spread } };
      return { ...KERNEL, parameters: { maps: flat, kernel: { ...kernel, dual, standards } } };
    };
    const centred = (...logs: number[]) => {
      const logits = logs.map((each) => Math.fround(Math.log(each)));
      const average = logits.reduce((sum, each) => sum + each) / logits.length;
      return logits.map((each) => each - average);
    };
    const u = [...centred(1, 1, 2), ...centred(1, 3, 4)].map((value, i) =>
      i === 5 ? (value - 0.5) / 2 : value,
    );
    const near = (row: readonly number[]) =>
      4 * Math.exp(-0.125 * u.reduce((sum, each, i) => sum + (each - (row[i] ?? 9)) ** 2, 0));
    const [first = [], second = []] = KERNEL.parameters.kernel.rows;
    // Both rows are of the item's criterion, and so count twice (1 + ρ); of another's they count once.
    const sum = 0.25 * near(first) - 0.125 * near(second);
    expect(applyWeights(bent([0.25, -0.125]), ITEM).score).toBeCloseTo(2 + 0.5 * 2 * sum, 12);
    const other = { ...ITEM, criterion: "tone" };
    expect(applyWeights(bent([0.25, -0.125], 0.75), other).score).toBeCloseTo(2 + 0.75 * sum, 12);
    expect(applyWeights(bent([9, 9]), ITEM).score).toBe(3);
  });

  it("names a layer that the features need and the capture lacks", () => {
    const [rows] = [[null, null, [1, 3, 4].map(Math.log)]];
    const lacking = { ...ITEM, nodes: flatNodes(rows ?? [], [null, null, null]) };
    expect(() => applyWeights(RIDGE, lacking)).toThrow(
      expect.objectContaining({ code: "CAPTURE_INCOMPLETE" }),
    );
  });

  it("gives a distribution whose expectation is the score", () => {
    const { score, probabilities } = applyWeights(RIDGE, ITEM);
    const mean = [1, 2, 3].reduce((sum, value, k) => sum + value * (probabilities[k] ?? 0), 0);
    expect(mean).toBeCloseTo(score, 10);
    expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
  });

  it("clips to the scale's ends", () => {
    const steep = (offset: number) => ({
      ...RIDGE,
      parameters: { criteria: {}, pooled: { offset, coefficients: [1, 1, 0, 0, 0, 0, 0] } },
    });
    expect(applyWeights(steep(9), ITEM)).toEqual({
      score: 3,
      probabilities: new Float64Array([0, 0, 1]),
    });
    expect(applyWeights(steep(-9), ITEM).score).toBe(1);
  });

  it("is linear in hidden states and the e-score (probe), and says when there are none", () => {
    const probe: ProbeWeights = {
      ...RIDGE,
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
    const each = 0.5 + 0.5 * (2 * (1 - last) + 3 * last);
    const probabilitiesOfBoth = [0.5, 0.5 * (1 - last), 0.5 * last];
    const deviation = Math.sqrt(
      probabilitiesOfBoth.reduce((sum, p, k) => sum + p * (k + 1 - each) ** 2, 0),
    );
    expect(applyWeights(RIDGE, { ...ITEM, nodes }).score).toBeCloseTo(
      0.5 + (0.25 + 0.5 + 0.25) * each + 0.125 * deviation,
      12,
    );
  });
});
