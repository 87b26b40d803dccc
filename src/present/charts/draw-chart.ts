import type { Chart, PlotLibrary } from "./chart.ts";
import { type SvgNode, svgMarkup } from "./svg-markup.ts";

/** The part of an SVG element that is used here; the DOM's own types are not at hand in Node. */
interface SvgElement extends SvgNode {
  querySelector(selector: string): SvgElement | null;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

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
  const options = { ...chart.plot(plot, width), width, document } as object;
  const svg = plot.plot(options) as unknown as SvgElement;
  // Plot's own style sheet says what the page's says once for all charts.
  svg.querySelector("style")?.remove();
  svg.removeAttribute("class");
  svg.setAttribute("class", "chart");
  svg.setAttribute("font-size", "12");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", chart.title);
  svg.setAttribute("aria-description", chart.description);
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
