import { describe, expect, it } from "vitest";
import type { Chart } from "../../../src/present/charts/chart.ts";
import { PALETTE } from "../../../src/present/charts/palette.ts";
import { standaloneSvg } from "../../../src/present/charts/standalone-svg.ts";

const CHART: Chart = {
  name: "a",
  title: "Is a < b & c?",
  description: '"yes"',
  width: 100,
  plot: (plot) => ({
    marks: [
      plot.ruleY([1], { stroke: "var(--lager)" }),
      plot.ruleY([2], { stroke: "var(--unheard-of)" }),
    ],
  }),
};

describe("a chart as a file", () => {
  it("holds the light theme's colours, and how each turns dark", async () => {
    const svg = await standaloneSvg(CHART);
    const [light, dark] = PALETTE.lager;
    expect(svg).toContain(`stroke="${light}"`);
    expect(svg).toContain(`[stroke="${light}"]{stroke:${dark}}`);
    expect(svg).not.toContain("var(--lager)");
    // A name that is no colour of ours is not guessed at.
    expect(svg).toContain("var(--unheard-of)");
  });

  it("names and describes itself, in text that stays text", async () => {
    const svg = await standaloneSvg(CHART);
    expect(svg).toContain("<title>Is a &lt; b &amp; c?</title>\n<desc>&quot;yes&quot;</desc>");
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(svg.endsWith("</svg>\n")).toBe(true);
  });
});
