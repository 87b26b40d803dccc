import { expect, it } from "vitest";
import { differenceIntervals } from "../../../src/present/charts/difference-intervals.ts";
import { drawChart } from "../../../src/present/charts/draw-chart.ts";
import { comparisonScopes } from "../../../src/present/compare/comparison-tables.ts";
import { THREE_SYSTEMS, TWO_SYSTEMS } from "../../fixtures/example-comparison.ts";

it("each criterion of two systems is a row, each pair of more on a criterion", async () => {
  const two = differenceIntervals(comparisonScopes(TWO_SYSTEMS));
  expect(two?.description).toBe(
    "all criteria −0.25 [−0.40, −0.10]; clarity −0.25 [−0.40, −0.10]; depth +0.02 [−0.10, 0.14]",
  );
  const three = differenceIntervals(comparisonScopes(THREE_SYSTEMS));
  expect(three?.description).toMatch(/^clarity: after − before .*; clarity: third − before /);
  if (two === null) throw new Error("there is a chart");
  const svg = await drawChart(two);
  expect(svg.match(/<line[^>]*stroke-width="2"|<path/g)?.length).toBeGreaterThan(0);
  expect(svg).toContain("depth");
});

it("without a difference there is no chart", () => {
  expect(differenceIntervals([])).toBeNull();
});
