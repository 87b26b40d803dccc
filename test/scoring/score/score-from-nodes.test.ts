import { describe, expect, it } from "vitest";
import { softmax } from "../../../src/scoring/distribution/softmax.ts";
import {
  type CapturedLogits,
  scoreFromLogits,
} from "../../../src/scoring/score/score-from-logits.ts";
import { type CapturedNodes, scoreFromNodes } from "../../../src/scoring/score/score-from-nodes.ts";

const NAN = Number.NaN;

/** Labels 1, 2 and 10, with 9 as the end of the turn; two layers, and no token embedding. */
function captured(overrides: Partial<CapturedNodes> = {}): CapturedNodes {
  return {
    nodes: [
      {
        prefix: new Int32Array(),
        outcomes: Int32Array.of(1, 2),
        // Odds by layer: 3:1 and 1:4.
        normed: new Float32Array([NAN, NAN, Math.log(3), 0, 0, Math.log(4)]),
        raw: new Float32Array([0, 1, 2, 3, 4, 5]),
      },
      {
        prefix: Int32Array.of(1),
        outcomes: Int32Array.of(9, 0),
        // 1:2 and 8:1.
        normed: new Float32Array([NAN, NAN, 0, Math.log(2), Math.log(8), 0]),
        raw: new Float32Array([1, 0, 3, 2, 5, 4]),
      },
    ],
    paths: [[1, 9], [2], [1, 0]],
    layerCount: 2,
    values: [1, 2, 10],
    layers: [2],
    weights: new Float64Array([1]),
    projection: "normed",
    scoreMass: 0.5,
    promptTokens: 70,
    reusedTokens: 48,
    branchTokens: 23,
    ...overrides,
  };
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 6);
}

describe("scoreFromNodes", () => {
  it("multiplies each node's probabilities along the labels", () => {
    const result = scoreFromNodes(captured());
    const expected = [(1 / 5) * (8 / 9), 4 / 5, (1 / 5) * (1 / 9)];
    expectClose(result.probabilities, expected);
    expect(result.score).toBeCloseTo(8 / 45 + 8 / 5 + 10 / 45, 6);
  });

  it("aggregates over layers at each node, before the product", () => {
    const result = scoreFromNodes(
      captured({ layers: [1, 2], weights: new Float64Array([0.5, 0.5]) }),
    );
    // Geometric means of the odds: √3 : 2 at the root, √8 : √2 behind it.
    const one = Math.sqrt(3) / (Math.sqrt(3) + 2);
    const end = Math.sqrt(8) / (Math.sqrt(8) + Math.sqrt(2));
    expectClose(result.probabilities, [one * end, 1 - one, one * (1 - end)]);
  });

  it("takes the baselines from the last layer alone", () => {
    const result = scoreFromNodes(captured({ layers: [1] }));
    // Layer 1: 3/4 · 1/3, 1/4, 3/4 · 2/3.
    expectClose(result.probabilities, [1 / 4, 1 / 4, 1 / 2]);
    expect(result.direct).toBe(2);
    expect(result.eScore).toBeCloseTo(8 / 45 + 8 / 5 + 10 / 45, 6);
  });

  it("takes the most probable label, not the most probable first token, as direct", () => {
    const nodes = captured().nodes.map((node) => ({ ...node, normed: node.normed.slice() }));
    // 3:2 at the root, 1:1 behind it: 0.3, 0.4, 0.3.
    nodes[0]?.normed.set([Math.log(3), Math.log(2)], 4);
    nodes[1]?.normed.set([0, 0], 4);
    expect(scoreFromNodes(captured({ nodes })).direct).toBe(2);
  });

  it("keeps each layer's log-probabilities of the labels, and null for a row not captured", () => {
    const { logits } = scoreFromNodes(captured());
    expect(logits.normed[0]).toBeNull();
    expectClose(logits.normed[1] ?? [], [1 / 4, 1 / 4, 1 / 2].map(Math.log));
    expectClose([...softmax(logits.normed[2] ?? [])], [8 / 45, 4 / 5, 1 / 45]);
    const root = softmax([4, 5]);
    const branch = softmax([5, 4]);
    expectClose(
      logits.raw[2] ?? [],
      [(root[0] ?? 0) * (branch[0] ?? 0), root[1] ?? 0, (root[0] ?? 0) * (branch[1] ?? 0)].map(
        Math.log,
      ),
    );
  });

  it("keeps every node's logits as they were captured", () => {
    const { nodes, branchTokens, promptTokens, reusedTokens } = scoreFromNodes(captured());
    expect(nodes?.map(({ prefix, outcomes }) => ({ prefix, outcomes }))).toEqual([
      { prefix: [], outcomes: [1, 2] },
      { prefix: [1], outcomes: [9, 0] },
    ]);
    expect(nodes?.[1]?.raw).toEqual([
      [1, 0],
      [3, 2],
      [5, 4],
    ]);
    expect(nodes?.[0]?.normed[0]).toBeNull();
    expect({ branchTokens, promptTokens, reusedTokens }).toEqual({
      branchTokens: 23,
      promptTokens: 70,
      reusedTokens: 48,
    });
  });

  it("has no row of a layer that one node lacks", () => {
    const nodes = captured().nodes.map((node) => ({ ...node, raw: node.raw.slice() }));
    nodes[1]?.raw.set([NAN, NAN], 0);
    const { logits } = scoreFromNodes(captured({ nodes }));
    expect(logits.raw.map((row) => row === null)).toEqual([true, false, false]);
  });

  it("rounds every figure to float32, with probabilities that still sum to one", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const nodes = captured().nodes.map((node, n) => ({
        ...node,
        normed: Float32Array.from({ length: 6 }, (_, i) => 9 * Math.sin(seed * (6 * n + i + 1))),
      }));
      const result = scoreFromNodes(
        captured({ nodes, layers: [1, 2], weights: new Float64Array([0.3, 0.7]) }),
      );
      const { score, direct, eScore, entropy, standardDeviation, probabilities } = result;
      const rows = result.logits.normed.flatMap((row) => row ?? []);
      const figures = [score, direct, eScore, entropy, standardDeviation];
      for (const figure of [...figures, ...probabilities, ...rows]) {
        expect(Math.fround(figure)).toBe(figure);
      }
      expect(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    }
  });

  it("gives what single tokens give where each label has a node's outcome to itself", () => {
    const logits = Float32Array.from({ length: 9 }, (_, i) => 5 * Math.sin(i + 1));
    const common: CapturedLogits = {
      ...captured(),
      layers: [1, 2],
      weights: new Float64Array([0.5, 0.5]),
      normed: logits,
      raw: logits,
    };
    const single = scoreFromLogits(common);
    const tree = scoreFromNodes({
      ...common,
      nodes: [
        {
          prefix: new Int32Array(),
          outcomes: Int32Array.of(5, 6, 7),
          normed: logits,
          raw: logits,
        },
      ],
      paths: [[5], [6, 1], [7]],
      branchTokens: 0,
    });
    expectClose(tree.probabilities, single.probabilities);
    expect(tree.direct).toBe(single.direct);
    expect(tree.eScore).toBeCloseTo(single.eScore, 6);
    expect(tree.nodes?.[0]?.normed).toEqual(single.logits.normed);
  });

  it("refuses a layer that was not captured, and a logit that is not finite", () => {
    const nodes = captured().nodes.map((node) => ({ ...node, raw: node.raw.slice() }));
    nodes[1]?.raw.set([Number.POSITIVE_INFINITY], 3);
    for (const broken of [captured({ layers: [0] }), captured({ nodes })]) {
      expect(() => scoreFromNodes(broken)).toThrow(
        expect.objectContaining({ code: "CAPTURE_INCOMPLETE" }),
      );
    }
  });

  it("refuses nodes that do not fit the labels", () => {
    expect(() => scoreFromNodes(captured({ paths: [[1, 9], [2], [1, 7]] }))).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
