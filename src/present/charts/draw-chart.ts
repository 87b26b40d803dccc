import type { Chart, PlotLibrary } from "./chart.ts";
import { chartElement, type SvgElement } from "./chart-element.ts";
import { svgMarkup } from "./svg-markup.ts";

/** What draws: Plot, and a document for it that is no browser's. */
interface DrawingTools {
  readonly plot: PlotLibrary;
  readonly document: unknown;
}

/** Attributes that are coordinates: two decimals of a pixel are enough. */
const COORDINATES = new Set([
  ..."d x y x1 x2 y1 y2 cx cy r width height points transform".split(" "),
  "fill-opacity",
]);

let tools: Promise<DrawingTools> | null = null;

/** Imported at the first chart: it takes some 0.4 s, which no other command should wait for. */
function loadTools(): Promise<DrawingTools> {
  tools ??= (async () => {
    const [plot, { parseHTML }] = await Promise.all([
      import("@observablehq/plot"),
      import("linkedom"),
    ]);
    return { plot, document: parseHTML("<!doctype html><body></body>").document };
  })();
  return tools;
}

/**
 * Draws a chart as an SVG element whose colours are the page's CSS variables.
 *
 * @param width In CSS pixels. Default: the chart's own.
 */
export async function drawChart(chart: Chart, width = chart.width): Promise<string> {
  const { plot, document } = await loadTools();
  // A chart takes some 20 ms: others get their turn in between.
  await new Promise((resolve) => setImmediate(resolve));
  const svg = chartElement(chart, width, plot, document);
  roundCoordinates(svg);
  return svgMarkup(svg);
}

function roundCoordinates(svg: SvgElement): void {
  for (const element of svg.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (!COORDINATES.has(name)) continue;
      const rounded = value.replaceAll(/-?\d+\.\d{2,}(?:e-?\d+)?/g, (digits) =>
        String(Number(Number(digits).toFixed(2))),
      );
      if (rounded !== value) element.setAttribute(name, rounded);
    }
  }
}
