import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { MOST_DOTS, scoreScatters } from "../../../src/present/charts/score-scatter.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn } from "./drawn.ts";

const RESULT = madeUpEvaluation({ records: 4, criteria: ["tone"] });

/** An evaluation of these items on one criterion, by the e-score alone. */
function withItems(pairs: readonly (readonly [number | null, number | null])[]): EvalResult {
  const none = pairs.map(() => null);
  return {
    ...RESULT,
    mainMethods: ["e-score"],
    items: {
      total: pairs.length,
      ids: pairs.map((_, i) => String(i)),
      criteria: pairs.map(() => 0),
      criterionNames: ["tone"],
      human: pairs.map(([human]) => human),
      system: none,
      responseLength: none,
      scores: { "e-score": pairs.map(([, predicted]) => predicted) },
    },
  };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe("predicted against human scores", () => {
  it("takes items that have both, and at least two of them", () => {
    expect(
      scoreScatters(
        withItems([
          [1, 1],
          [2, null],
          [null, 3],
        ]),
      ),
    ).toEqual([]);
    const [chart] = scoreScatters(
      withItems([
        [1, 1],
        [2, null],
        [null, 3],
        [5, 2],
      ]),
    );
    expect(chart?.description).toMatch(
      /^2 items; Spearman of e-score .*e-score: too few items for means\.$/,
    );
  });

  it("shows means of items with similar human scores, of five and more", async () => {
    const low = times(5, [1, 2] as const);
    const high = [...times(3, [6.9, 3] as const), ...times(2, [7, 4] as const)];
    const [chart] = scoreScatters(withItems([...low, ...high, [4, 9]]));
    expect(chart?.description).toContain(
      "Mean e-score from 2.00 at human score 1.00 to 3.40 at 6.94.",
    );
    expect(texts(await drawn(chart), "title")).toEqual([
      "human 1.00: mean e-score 2.00",
      "human 6.94: mean e-score 3.40",
    ]);
  });

  it("thins many items out over their whole number", async () => {
    const pairs = Array.from({ length: 4 * MOST_DOTS }, (_, i) => [i, i] as const);
    const [chart] = scoreScatters(withItems(pairs));
    const svg = await drawn(chart);
    const dots = [...svg.querySelectorAll("circle[fill-opacity], g[fill-opacity] circle")];
    expect(dots).toHaveLength(MOST_DOTS);
    const heights = dots.map((dot) => Number(dot.getAttribute("cy")));
    const steps = heights.slice(1).map((height, i) => (heights[i] ?? 0) - height);
    // A dot for every fourth item: they go up evenly, from the lowest to next to the highest.
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.05);
    expect((heights[0] ?? 0) - (heights.at(-1) ?? 0)).toBeGreaterThan(150);
    expect(chart?.description).toMatch(/^1[^\d]?200 items/);
  });

  it("draws items on whose score all people agree", async () => {
    const [chart] = scoreScatters(withItems(times(6, [3, 2] as const)));
    const svg = await drawn(chart);
    expect([...svg.querySelectorAll("circle")].length).toBeGreaterThanOrEqual(6);
    const places = [...svg.querySelectorAll("circle")].map((dot) => Number(dot.getAttribute("cx")));
    expect(places.every(Number.isFinite)).toBe(true);
  });
});
