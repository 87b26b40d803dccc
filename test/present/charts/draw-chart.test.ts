import { expect, it } from "vitest";
import { drawChart } from "../../../src/present/charts/draw-chart.ts";
import { parseMarkup } from "../markup.ts";

const CHART = {
  name: "a",
  title: "A line",
  description: "It goes up.",
  width: 100,
  plot: (plot: typeof import("@observablehq/plot"), width: number) => ({
    title: `drawn ${width} wide`,
    figure: false,
    marks: [plot.line([1 / 3, 2 / 3, 1e-9], { x: (_, i) => i / 7, y: (y) => y })],
  }),
};

it("a chart is one picture with a name and a description, at the width that is asked for", async () => {
  const svg = parseMarkup(await drawChart(CHART, 333)).querySelector("svg");
  const attributes = ["role", "aria-label", "aria-description", "class", "width"];
  expect(attributes.map((name) => svg?.getAttribute(name))).toEqual([
    ...["img", "A line", "It goes up.", "chart", "333"],
  ]);
  expect(svg?.querySelector("style")).toBeNull();
  expect(await drawChart(CHART)).toContain('width="100"');
});

it("coordinates have two decimals at most, and no other attribute is touched", async () => {
  const markup = await drawChart({
    ...CHART,
    plot: (plot) => ({
      marks: [
        plot.line([1 / 3, 2 / 3, 1 / 7, 1], {
          x: (_, i) => i / 7,
          y: (y) => y,
          strokeOpacity: 0.123456,
        }),
      ],
    }),
  });
  expect(markup).toMatch(/ d="M[^"]+\.\d\d[,L]/);
  for (const [, coordinates = ""] of markup.matchAll(/ (?:d|x|y|x1|y1|transform)="([^"]*)"/g)) {
    expect(coordinates).not.toMatch(/\.\d{3}/);
  }
  expect(markup).toContain('stroke-opacity="0.123456"');
});
