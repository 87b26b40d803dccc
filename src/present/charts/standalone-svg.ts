import { escapeText } from "../page/html.ts";
import type { Chart } from "./chart.ts";
import { drawChart } from "./draw-chart.ts";
import { type ColorName, PALETTE } from "./palette.ts";

/**
 * Draws a chart as an SVG file of its own. Its attributes hold the light theme's colours, which
 * every viewer understands; a style sheet turns them into the dark theme's where that is wanted.
 */
export async function standaloneSvg(chart: Chart): Promise<string> {
  const svg = await drawChart(chart);
  const lightSvg = svg.replaceAll(/var\(--(\w+)\)/g, (whole, name: string) =>
    isColorName(name) ? PALETTE[name][0] : whole,
  );
  const [, attributes = "", content = ""] = /^<svg([^>]*)>(.*)<\/svg>$/s.exec(lightSvg) ?? [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg"${attributes} color="${PALETTE.ink[0]}">`,
    `<title>${escapeText(chart.title)}</title>`,
    `<desc>${escapeText(chart.description)}</desc>`,
    `<style>${styleSheet()}</style>`,
    `<rect class="paper" width="100%" height="100%" fill="${PALETTE.paper[0]}"/>`,
    content,
    "</svg>\n",
  ].join("\n");
}

function isColorName(name: string): name is ColorName {
  return Object.hasOwn(PALETTE, name);
}

function styleSheet(): string {
  const dark = Object.values(PALETTE).flatMap(([light, dark]) => [
    `[fill="${light}"]{fill:${dark}}`,
    `[stroke="${light}"]{stroke:${dark}}`,
  ]);
  return (
    "text,tspan{white-space:pre}" +
    `@media (prefers-color-scheme:dark){svg{color:${PALETTE.ink[1]}}${dark.join("")}}`
  );
}
