import { describe, expect, it } from "vitest";
import {
  LabelDistribution,
  type LabelDistributionOptions,
} from "../../../src/scoring/distribution/label-distribution.ts";
import type { NodeLogits } from "../../../src/scoring/distribution/node-logits.ts";
import { flatNodes, nodesOf } from "../../support/node-logits.ts";

// Labels 1, 2, 10 and 12, with 9 as the end of the turn.
const PATHS = [[1, 9], [2], [1, 0], [1, 2]];
const BOTH = ["quotient", "logarithm"] as const;

function distributionOf(
  nodes: readonly NodeLogits[],
  options: Partial<LabelDistributionOptions> = {},
): LabelDistribution {
  const layerCount = (nodes[0]?.normed.length ?? 0) / (nodes[0]?.outcomes.length ?? 1) - 1;
  const values = Array.from(nodes[0]?.outcomeOf ?? [], (_, label) => label + 1);
  return new LabelDistribution(nodes, { projection: "normed", values, layerCount, ...options });
}

function sum(numbers: ArrayLike<number>): number {
  return Array.from(numbers).reduce((a, b) => a + b, 0);
}

describe.each(BOTH)("LabelDistribution, rounded by %s", (rounding) => {
  it("adds weighted logits of the chosen layers", () => {
    const distribution = distributionOf(flatNodes([null, [1, 2, 3], [3, 2, 1], [9, 9, 0]]), {
      rounding,
    });
    distribution.aggregate(0, [1, 2], [0.25, 0.75]);
    const [first = 0, second = 0, third = 0] = distribution.labelLogits;
    expect([first - third, second - third]).toEqual([1, 0.5]);
    const total = sum([2.5, 2, 1.5].map(Math.exp));
    for (const [k, z] of [2.5, 2, 1.5].entries()) {
      expect(distribution.probabilities[k]).toBeCloseTo(Math.exp(z) / total, 14);
    }
    distribution.layer(0, 3);
    expect(distribution.probabilities[0]).toBe(distribution.probabilities[1]);
    expect(distribution.mode()).toBe(1);
  });

  it("multiplies along the path where labels have several tokens", () => {
    const odds = [
      [3, 1],
      [1, 2, 5],
    ].map((node) => ({ normed: [node.map((share) => Math.log(share) + 7)] }));
    const distribution = distributionOf(nodesOf(PATHS, ...odds), { rounding });
    distribution.layer(0, 0);
    const expected = [(3 / 4) * (1 / 8), 1 / 4, (3 / 4) * (2 / 8), (3 / 4) * (5 / 8)];
    for (const [k, p] of expected.entries()) {
      expect(distribution.probabilities[k]).toBeCloseTo(p, 6);
    }
    expect(distribution.mode()).toBe(4);
  });

  it("is the mean of a checklist's questions, by what each counts", () => {
    const answers = (odds: number, number: number, share: number) =>
      flatNodes([[0, Math.log(odds)]]).map((node) => ({
        ...node,
        question: { number, shares: Float64Array.of(share, 0) },
      }));
    const distribution = distributionOf(
      [...answers(3, 0, 0.75), ...answers(1 / 3, 1, 0.25), ...answers(99, 2, 0)],
      { rounding, values: [1, 5] },
    );
    distribution.layer(0, 0);
    expect(distribution.probabilities[1]).toBeCloseTo(0.75 * 0.75 + 0.25 * 0.25, 6);
    expect(sum(distribution.probabilities)).toBeCloseTo(1, 14);
    expect(Math.exp(distribution.labelLogits[1] ?? 0)).toBeCloseTo(0.625, 6);
    // Three quarters of what is asked is answered with the better label.
    expect(distribution.mode()).toBeCloseTo(1 + 4 * 0.75, 14);
  });

  it("has the expectations of many lines as it has those of each, bit by bit", () => {
    const rows = (seed: number, count: number) =>
      Array.from({ length: 8 }, (_, row) =>
        Array.from({ length: count }, (_, k) => 9 * Math.sin(seed + 5 * row + k)),
      );
    // Two lines of four layers; the second has no layer 0.
    const flat = flatNodes(rows(1, 6)).map((node) => ({
      ...node,
      normed: node.normed.map((z, at) => (at >= 24 && at < 30 ? Number.NaN : z)),
    }));
    const tree = nodesOf(PATHS, { normed: rows(2, 2) }, { normed: rows(3, 3) });
    const checklist = [0, 1].flatMap((number) =>
      flatNodes(rows(number, 2)).map((node) => ({
        ...node,
        question: { number, shares: Float64Array.of(0.75, 0.25) },
      })),
    );
    for (const nodes of [flat, tree, checklist]) {
      const values = Array.from(nodes[0]?.outcomeOf ?? [], (_, label) => 0.5 + label);
      const one = distributionOf(nodes, { rounding, values, layerCount: 3 });
      const many = distributionOf(nodes, { rounding, values, layerCount: 3 });
      for (const layers of [[3], [0, 2], [1, 2, 3]]) {
        const weights = layers.map((layer) => layer - 0.7);
        const scores = new Float64Array(2);
        many.expectations(scores, [0, 2], layers, weights);
        const expected = [0, 1].map((line) => {
          one.aggregate(line, layers, weights);
          return one.expectation();
        });
        expect([...scores]).toEqual(expected);
      }
    }
  });

  it("stays finite where a probability is too small for a float64", () => {
    const nodes = nodesOf(PATHS, { normed: [[0, 2000]] }, { normed: [[0, 500, -4000]] });
    const distribution = distributionOf(nodes, { rounding });
    distribution.layer(0, 0);
    expect([...distribution.labelLogits]).toEqual([-2500, 0, -2000, -6500]);
  });

  it("sums to one whatever the logits", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const row = (node: number, count: number) =>
        Array.from({ length: count }, (_, k) => 30 * Math.sin(seed * (3 * node + k + 1)));
      const nodes = nodesOf(PATHS, { normed: [row(0, 2)] }, { normed: [row(1, 3)] });
      const distribution = distributionOf(nodes, { rounding });
      distribution.layer(0, 0);
      expect(Math.abs(sum(distribution.probabilities) - 1)).toBeLessThan(1e-13);
    }
  });

  it("averages the layers' distributions, not their logits, where that is asked for", () => {
    const distribution = distributionOf(
      flatNodes([
        [0, 0],
        [Math.log(9), 0],
      ]),
      { rounding },
    );
    distribution.averageProbabilities(0, [0, 1], [0.5, 0.5]);
    expect(distribution.probabilities[0]).toBeCloseTo((0.5 + 0.9) / 2, 6);
    expect(distribution.expectation()).toBeCloseTo(0.7 + 2 * 0.3, 6);
    // The logits' average has other odds: 3 to 1.
    distribution.aggregate(0, [0, 1], [0.5, 0.5]);
    expect(distribution.probabilities[0]).toBeCloseTo(0.75, 6);
  });

  it("reads the line, the layer and the projection that it is asked for", () => {
    const [node] = flatNodes([[0, 0]], [[0, 0]]);
    if (node === undefined) throw new Error("no node");
    const logits = (scale: number) =>
      Float32Array.from([1, 2, 3, 4].flatMap((odds) => [0, scale * Math.log(odds)]));
    const nodes = [{ ...node, normed: logits(1), raw: logits(-1) }];
    for (const [projection, sign] of [["normed", 1] as const, ["raw", -1] as const]) {
      const distribution = distributionOf(nodes, { rounding, projection, layerCount: 1 });
      for (const [line, layer] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        distribution.layer(line, layer);
        const odds = (1 + 2 * line + layer) ** sign;
        expect(distribution.expectation()).toBeCloseTo((1 + 2 * odds) / (1 + odds), 6);
      }
    }
  });

  it("has no distribution where a node's layer was not captured", () => {
    const nodes = nodesOf(
      PATHS,
      {
        normed: [
          [0, 1],
          [0, 1],
        ],
      },
      { normed: [null, [1, 2, 3]] },
    );
    const distribution = distributionOf(nodes, { rounding });
    distribution.aggregate(0, [0, 1], [0.5, 0.5]);
    expect(distribution.expectation()).toBeNaN();
    expect(distribution.mode()).toBeNaN();
    distribution.layer(0, 1);
    expect(distribution.expectation()).not.toBeNaN();
  });
});

it("differs by no more than rounding between its two orders", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const row = (count: number, of: number) =>
      Array.from({ length: count }, (_, k) => 9 * Math.sin(seed * (7 * of + k + 1)));
    const nodes = nodesOf(PATHS, { normed: [row(2, 0)] }, { normed: [row(3, 1)] });
    const [one, other] = BOTH.map((rounding) => {
      const distribution = distributionOf(nodes, { rounding });
      distribution.layer(0, 0);
      return [...distribution.probabilities];
    });
    for (const [k, p] of (one ?? []).entries()) {
      expect(Math.abs(p - (other?.[k] ?? Number.NaN))).toBeLessThan(1e-14);
    }
  }
});

it("gives ln p at a node to whoever needs its gradient", () => {
  const nodes = nodesOf(PATHS, { normed: [[0, 1]] }, { normed: [[1, 2, 4]] });
  const distribution = distributionOf(nodes, { rounding: "logarithm" });
  distribution.layer(0, 0);
  expect(sum(distribution.nodeLogProbabilities(1).map(Math.exp))).toBeCloseTo(1, 14);
});
