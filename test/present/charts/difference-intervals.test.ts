import { expect, it } from "vitest";
import { differenceIntervals } from "../../../src/present/charts/difference-intervals.ts";
import { drawChart } from "../../../src/present/charts/draw-chart.ts";
import { comparisonScopes } from "../../../src/present/compare/comparison-tables.ts";
import { THREE_SYSTEMS, TWO_SYSTEMS } from "../../fixtures/example-comparison.ts";

it("each criterion of two systems is a row, of more each criterion has a chart of its pairs", async () => {
  const [two, ...none] = differenceIntervals(comparisonScopes(TWO_SYSTEMS));
  expect(none).toEqual([]);
  expect(two?.description).toBe(
    "all criteria −0.25 [−0.40, −0.10]; clarity −0.25 [−0.40, −0.10]; depth +0.02 [−0.10, 0.14]",
  );
  const three = differenceIntervals(comparisonScopes(THREE_SYSTEMS));
  expect(three.map(({ title }) => title)).toContain("Difference of the means: clarity");
  expect(three[0]?.description).toMatch(/^after − before .*; third − before /);
  if (two === undefined) throw new Error("there is a chart");
  const svg = await drawChart(two);
  expect(svg.match(/<line[^>]*stroke-width="2"|<path/g)?.length).toBeGreaterThan(0);
  expect(svg).toContain("depth");
});

it("names without room are cut in their middle, and end as they do", async () => {
  const [[scope, clarity] = ["", undefined]] = comparisonScopes(THREE_SYSTEMS);
  if (clarity === undefined) throw new Error("there is a criterion");
  const [pair] = clarity.pairs;
  if (pair === undefined) throw new Error("there is a pair");
  const named = {
    ...pair,
    first: "Nucleus Decoding (p = 0.3)",
    second: "Nucleus Decoding (p = 0.7)",
  };
  const [chart] = differenceIntervals([[scope, { ...clarity, pairs: [named, pair] }]]);
  if (chart === undefined) throw new Error("there is a chart");
  const svg = await drawChart(chart);
  expect(svg).toContain("Nucleus … = 0.7) − Nucleus … = 0.3)");
  expect(svg).toContain(`${pair.second} − ${pair.first}`);
});

it("without a difference there is no chart", () => {
  expect(differenceIntervals([])).toEqual([]);
});
