import { describe, expect, it } from "vitest";
import {
  labelLogProbabilities,
  labelOutcomes,
} from "../../../src/scoring/distribution/label-nodes.ts";

// Labels 1, 2, 10 and 12, with 9 as the end of the turn.
const PATHS = [[1, 9], [2], [1, 0], [1, 2]];

describe("labelOutcomes", () => {
  it("finds each label's outcome, and −1 for labels elsewhere", () => {
    expect([...labelOutcomes({ prefix: [], outcomes: [1, 2] }, PATHS)]).toEqual([0, 1, 0, 0]);
    expect([...labelOutcomes({ prefix: [1], outcomes: [9, 0, 2] }, PATHS)]).toEqual([0, -1, 1, 2]);
  });

  it("refuses a node that lacks a label's token", () => {
    for (const node of [
      { prefix: [], outcomes: [1, 3] },
      { prefix: [1], outcomes: [0, 2] },
      { prefix: [2], outcomes: [0, 1] },
    ]) {
      expect(() => labelOutcomes(node, PATHS)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
  });
});

describe("labelLogProbabilities", () => {
  const outcomes = [
    labelOutcomes({ prefix: [], outcomes: [1, 2] }, PATHS),
    labelOutcomes({ prefix: [1], outcomes: [9, 0, 2] }, PATHS),
  ];

  it("multiplies along the path", () => {
    const odds = [
      [3, 1],
      [1, 2, 5],
    ].map((node) => node.map((share) => Math.log(share) + 7));
    const probabilities = labelLogProbabilities(odds, outcomes).map(Math.exp);
    const expected = [(3 / 4) * (1 / 8), 1 / 4, (3 / 4) * (2 / 8), (3 / 4) * (5 / 8)];
    for (const [k, p] of expected.entries()) expect(probabilities[k]).toBeCloseTo(p, 14);
  });

  it("stays finite where a probability is too small for a float64", () => {
    const logProbabilities = labelLogProbabilities(
      [
        [0, 2000],
        [0, 500, -4000],
      ],
      outcomes,
    );
    expect([...logProbabilities]).toEqual([-2500, 0, -2000, -6500]);
  });

  it("sums to one whatever the logits", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const logits = outcomes.map((_, node) =>
        [1, 2, 3].slice(node === 0 ? 1 : 0).map((k) => 30 * Math.sin(seed * (3 * node + k))),
      );
      const sum = labelLogProbabilities(logits, outcomes)
        .map(Math.exp)
        .reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - 1)).toBeLessThan(1e-13);
    }
  });
});
