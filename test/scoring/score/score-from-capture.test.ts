import { describe, expect, it } from "vitest";
import {
  type Capture,
  type LayerAggregation,
  scoreFromCapture,
} from "../../../src/scoring/score/score-from-capture.ts";
import { flatNodes, nodesOf, type Rows, rowsOf } from "../../support/node-logits.ts";

// Odds by layer: not captured; 1:1:2; 2:1:1; 1:3:4.
const NORMED = [null, [1, 1, 2], [2, 1, 1], [1, 3, 4]].map((odds) => odds?.map(Math.log) ?? null);
const RAW = [
  [0, 0, 0],
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];
const COUNTS = { scoreMass: 0.5, promptTokens: 70, reusedTokens: 48, branchTokens: 0 };

const uniform = (layers: readonly number[]) =>
  new Float64Array(layers.length).fill(1 / layers.length);

function scored(
  { normed = NORMED, raw = RAW }: { normed?: Rows; raw?: Rows } = {},
  aggregation: Partial<LayerAggregation> = {},
) {
  const layers = aggregation.layers ?? [3];
  return scoreFromCapture(
    { nodes: flatNodes(normed, raw), ...COUNTS },
    {
      layerCount: 3,
      values: [1, 2, 3],
      layers,
      weights: uniform(layers),
      projection: "normed",
      ...aggregation,
    },
  );
}

it("a score stands between the scale's ends as well, in float32", () => {
  const { score, normalized } = scored({}, { values: [-2, 0, 8] });
  expect(normalized).toBe(Math.fround((score + 2) / 10));
  const certain = scored({ normed: [null, [1, 1, 1], [1, 1, 1], [0, 0, 900]] });
  expect([certain.score, certain.normalized]).toEqual([3, 1]);
  // 0.1 as a float32 lies above 0.1.
  const least = scored(
    { normed: [null, [1, 1, 1], [1, 1, 1], [900, 0, 0]] },
    { values: [0.1, 0.2, 0.3] },
  );
  expect(least.normalized).toBeLessThan(1e-7);
  expect(least.normalized).toBeGreaterThanOrEqual(0);
});

/** Labels 1, 2 and 10, with 9 as the end of the turn; two layers, and no token embedding. */
const TREE: Capture = {
  ...COUNTS,
  branchTokens: 23,
  nodes: nodesOf(
    [[1, 9], [2], [1, 0]],
    {
      // Odds by layer: 3:1 and 1:4.
      normed: [null, [Math.log(3), 0], [0, Math.log(4)]],
      raw: [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    },
    {
      // 1:2 and 8:1.
      normed: [null, [0, Math.log(2)], [Math.log(8), 0]],
      raw: [
        [1, 0],
        [3, 2],
        [5, 4],
      ],
    },
  ),
};

function scoredTree(capture: Partial<Capture> = {}, aggregation: Partial<LayerAggregation> = {}) {
  const layers = aggregation.layers ?? [2];
  return scoreFromCapture(
    { ...TREE, ...capture },
    {
      layerCount: 2,
      values: [1, 2, 10],
      layers,
      weights: uniform(layers),
      projection: "normed",
      ...aggregation,
    },
  );
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 6);
}

const incomplete = expect.objectContaining({ code: "CAPTURE_INCOMPLETE" });

describe("scoreFromCapture, of labels of one token", () => {
  it("expects the aggregated distribution", () => {
    const result = scored();
    expect(result.score).toBeCloseTo((1 + 6 + 12) / 8, 6);
    expectClose(result.probabilities, [1 / 8, 3 / 8, 4 / 8]);
    expect(result.entropy).toBeCloseTo(
      -(Math.log(1 / 8) / 8 + (3 * Math.log(3 / 8)) / 8 + Math.log(1 / 2) / 2),
      6,
    );
    const mean = 19 / 8;
    const variance = ((1 - mean) ** 2 + 3 * (2 - mean) ** 2 + 4 * (3 - mean) ** 2) / 8;
    expect(result.standardDeviation).toBeCloseTo(Math.sqrt(variance), 6);
    expect(result).toMatchObject(COUNTS);
  });

  it("averages logits over the layers, by their weights", () => {
    const result = scored({}, { layers: [1, 2] });
    // Geometric means of the odds: √2 : 1 : √2.
    const total = 2 * Math.SQRT2 + 1;
    expectClose(result.probabilities, [Math.SQRT2 / total, 1 / total, Math.SQRT2 / total]);
    expect(result.score).toBeCloseTo(2, 6);
  });

  it("takes the baselines from the last layer's normed logits, whatever is aggregated", () => {
    const other = scored({}, { layers: [0], projection: "raw" });
    expect(other.score).toBe(2);
    expect(other.vanilla).toBe(3);
    expect(other.eScore).toBeCloseTo(19 / 8, 6);
    expect(scored().eScore).toBe(scored().score);
  });

  it("gives a tie of the last layer to the lowest label", () => {
    const normed = NORMED.with(3, [5, 5, 5]);
    expect(scored({ normed }).vanilla).toBe(1);
  });

  it("keeps every logit as it was captured, and what was not captured as such", () => {
    const [node] = scored().nodes;
    expect(rowsOf(node)[0]).toBeNull();
    expect(rowsOf(node)[3]).toEqual([0, Math.fround(Math.log(3)), Math.fround(Math.log(4))]);
    expect(rowsOf(node, "raw")).toEqual(RAW);
  });

  it("rounds every figure to float32, with probabilities that still sum to one", () => {
    const labels = 9;
    for (let seed = 1; seed <= 50; seed++) {
      const logits = [0, 1].map((layer) =>
        Array.from({ length: labels }, (_, k) => 9 * Math.sin(seed * (layer * labels + k))),
      );
      const result = scored(
        { normed: logits, raw: logits },
        { layerCount: 1, values: [1, 2, 3, 4, 5, 6, 7, 8, 9], layers: [0, 1] },
      );
      const { score, vanilla, eScore, entropy, standardDeviation, probabilities } = result;
      for (const figure of [score, vanilla, eScore, entropy, standardDeviation, ...probabilities]) {
        expect(Math.fround(figure)).toBe(figure);
      }
      expect(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    }
  });

  it("refuses to aggregate over a layer that was not captured", () => {
    expect(() => scored({}, { layers: [0] })).toThrow(incomplete);
  });

  it("refuses a last layer that was not captured, as it has no baselines then", () => {
    const normed = NORMED.with(3, null);
    expect(() => scored({ normed }, { layers: [1] })).toThrow(incomplete);
  });

  it("refuses a logit that is not finite, though it be needed for nothing", () => {
    const raw = RAW.with(1, [1, Number.NaN, 3]);
    expect(() => scored({ raw })).toThrow(incomplete);
  });

  it.each([
    ["a layer that does not exist", { layers: [4] }],
    ["fewer weights than layers", { layers: [1, 2], weights: uniform([1]) }],
    ["no layers", { layers: [] }],
    ["logits of other layers", { layerCount: 2, layers: [1] }],
  ])("refuses %s", (_, aggregation) => {
    expect(() => scored({}, aggregation)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

describe("scoreFromCapture, of labels of several tokens", () => {
  it("multiplies each node's probabilities along the labels", () => {
    const result = scoredTree();
    expectClose(result.probabilities, [(1 / 5) * (8 / 9), 4 / 5, (1 / 5) * (1 / 9)]);
    expect(result.score).toBeCloseTo(8 / 45 + 8 / 5 + 10 / 45, 6);
    expect(result.branchTokens).toBe(23);
  });

  it("aggregates over layers at each node, before the product", () => {
    const result = scoredTree({}, { layers: [1, 2] });
    // Geometric means of the odds: √3 : 2 at the root, √8 : √2 behind it.
    const one = Math.sqrt(3) / (Math.sqrt(3) + 2);
    const end = Math.sqrt(8) / (Math.sqrt(8) + Math.sqrt(2));
    expectClose(result.probabilities, [one * end, 1 - one, one * (1 - end)]);
  });

  it("takes the baselines from the last layer alone", () => {
    const result = scoredTree({}, { layers: [1] });
    // Layer 1: 3/4 · 1/3, 1/4, 3/4 · 2/3.
    expectClose(result.probabilities, [1 / 4, 1 / 4, 1 / 2]);
    expect(result.vanilla).toBe(2);
    expect(result.eScore).toBeCloseTo(8 / 45 + 8 / 5 + 10 / 45, 6);
  });

  it("takes the most probable label, not the most probable first token, as vanilla", () => {
    // 3:2 at the root, 1:1 behind it: 0.3, 0.4, 0.3.
    const last = [
      [Math.log(3), Math.log(2)],
      [0, 0],
    ];
    const nodes = TREE.nodes.map((node, n) => {
      const normed = node.normed.slice();
      normed.set(last[n] ?? [], 4);
      return { ...node, normed };
    });
    expect(scoredTree({ nodes }).vanilla).toBe(2);
  });

  it("keeps every node's logits as they were captured", () => {
    expect(scoredTree().nodes).toEqual(TREE.nodes);
  });

  it("gives what single tokens give where each label has a node's outcome to itself", () => {
    const rows = [0, 1, 2].map((layer) => [1, 2, 3].map((k) => 5 * Math.sin(3 * layer + k)));
    const one = scoredTree({ nodes: flatNodes(rows) }, { layers: [1, 2] });
    const several = scoredTree(
      { nodes: nodesOf([[5], [6, 1], [7]], { normed: rows }) },
      { layers: [1, 2] },
    );
    expect({ ...several, nodes: [] }).toEqual({ ...one, nodes: [] });
  });

  it("refuses a layer that was not captured, and a logit that is not finite", () => {
    const nodes = TREE.nodes.map((node) => ({ ...node, raw: node.raw.slice() }));
    nodes[1]?.raw.set([Number.POSITIVE_INFINITY], 3);
    expect(() => scoredTree({}, { layers: [0] })).toThrow(incomplete);
    expect(() => scoredTree({ nodes })).toThrow(incomplete);
  });
});
