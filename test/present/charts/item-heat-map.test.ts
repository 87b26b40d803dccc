import { describe, expect, it } from "vitest";
import type { Disagreement } from "../../../src/analysis/eval/eval-result.ts";
import { itemHeatMap, whereItForms } from "../../../src/present/charts/item-heat-map.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn, numbers } from "./drawn.ts";

const RESULT = madeUpEvaluation({ layers: 3, records: 4, labels: [1, 2, 3] });
const LOW = [0.8, 0.15, 0.05];
const HIGH = [0.1, 0.2, 0.7];

function item(...probabilities: (readonly number[] | null)[]): Disagreement {
  return { id: "x", criterion: "tone", human: 2.5, scores: {}, spread: 1, probabilities };
}

describe("where a judgment forms", () => {
  it.each([
    ["in every layer alike", [LOW, LOW, LOW, LOW], "Every layer prefers 1."],
    [
      "from a layer on",
      [LOW, LOW, HIGH, HIGH],
      "From layer 2 on every layer prefers 3; layer 1 still prefers 1. The favourite changes once.",
    ],
    [
      "after a change of mind",
      [HIGH, LOW, HIGH, HIGH],
      "From layer 2 on every layer prefers 3; layer 1 still prefers 1. The favourite changes 2 times.",
    ],
    [
      "in the last layer",
      [LOW, LOW, LOW, HIGH],
      "Only the last captured layer, 3, prefers 3; layer 2 still prefers 1.",
    ],
    [
      "where layers are missing",
      [null, LOW, null, HIGH],
      "Only the last captured layer, 3, prefers 3; layer 1 still prefers 1.",
    ],
    ["in no layer that was captured", [null, null], "No layer was captured."],
  ])("%s", (_, probabilities, said) => {
    expect(whereItForms(RESULT.run, item(...probabilities))).toBe(said);
  });
});

describe("an item's picture", () => {
  it("has a cell for each captured layer and label, as strong as the label is probable", async () => {
    const svg = await drawn(itemHeatMap(RESULT.run, item(null, LOW, HIGH, HIGH), 0));
    expect(texts(svg, "rect title").slice(0, 3)).toEqual([
      "layer 1, 1: 0.80",
      "layer 1, 2: 0.15",
      "layer 1, 3: 0.05",
    ]);
    expect(numbers(svg, "rect:has(title)", "fill-opacity")).toEqual([...LOW, ...HIGH, ...HIGH]);
    expect(texts(svg, "text")).toContain("human");
  });

  it("adds up the labels that share a row of a long scale", async () => {
    const labels = Array.from({ length: 101 }, (_, value) => value);
    const result = madeUpEvaluation({ layers: 1, records: 4, labels });
    const even = labels.map(() => 1 / 101);
    const svg = await drawn(itemHeatMap(result.run, item(even, even), 0));
    const cells = texts(svg, "rect title");
    expect(cells).toHaveLength(2 * 21);
    expect(cells[0]).toBe("layer 0, 0–4: 0.05");
    expect(cells[20]).toBe("layer 0, 100: 0.01");
  });

  it("does without a human score", async () => {
    const svg = await drawn(itemHeatMap(RESULT.run, { ...item(LOW, HIGH), human: null }, 0));
    expect(texts(svg, "text")).not.toContain("human");
  });
});
