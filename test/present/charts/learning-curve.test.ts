import { describe, expect, it } from "vitest";
import { learningCurve } from "../../../src/present/charts/learning-curve.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn } from "./drawn.ts";

const RESULT = madeUpEvaluation({ records: 4 });
const POINTS = [
  { labels: 20, spearman: 0.1, low: null, high: null },
  { labels: 200, spearman: 0.3, low: 0.2, high: 0.35 },
];

describe("the learning curve", () => {
  it("is not there without points", () => {
    const none = { points: [], eScore: 0.2, uniform: null };
    expect(learningCurve({ ...RESULT, learningCurve: null })).toBeNull();
    expect(learningCurve({ ...RESULT, learningCurve: none })).toBeNull();
  });

  it("tells what so many labels give, beside methods that need none", async () => {
    const curve = { points: POINTS, eScore: 0.2, uniform: null };
    const chart = learningCurve({ ...RESULT, learningCurve: curve });
    expect(chart?.description).toBe(
      "0.100 with 20 labels, 0.300 with 200 labels. e-score without labels: 0.200.",
    );
    const svg = await drawn(chart);
    expect(texts(svg, "title")).toEqual(["20 labels: 0.100", "200 labels: 0.300"]);
    expect(texts(svg, "text")).toEqual(expect.arrayContaining(["20", "200", "e-score 0.200"]));
    expect(texts(svg, "text").filter((text) => text.startsWith("lager "))).toEqual([]);
  });
});
