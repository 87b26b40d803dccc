import type { Chart, PlotLibrary } from "./chart.ts";
import type { SvgNode } from "./svg-markup.ts";

/** The part of an SVG element that is used here; the DOM's own types are not at hand in Node. */
export interface SvgElement extends SvgNode {
  querySelector(selector: string): SvgElement | null;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

/**
 * Draws a chart as an SVG element whose colours are the page's CSS variables, in a document of a browser
 * or of another kind.
 *
 * @param width In CSS pixels.
 */
export function chartElement(
  chart: Chart,
  width: number,
  plot: PlotLibrary,
  document: unknown,
): SvgElement {
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
  return svg;
}
