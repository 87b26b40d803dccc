import type { Chart } from "../../../src/present/charts/chart.ts";
import { drawChart } from "../../../src/present/charts/draw-chart.ts";
import { type Element, parseMarkup } from "../markup.ts";

/** A chart as it is drawn. A null chart is an error here. */
export async function drawn(chart: Chart | null | undefined, width?: number): Promise<Element> {
  if (!chart) throw new Error("there is no chart to draw");
  const svg = parseMarkup(await drawChart(chart, width)).querySelector("svg");
  if (svg === null) throw new Error("nothing was drawn");
  return svg;
}

/** Numbers of an attribute, of each element that a selector finds. */
export function numbers(svg: Element, selector: string, attribute: string): number[] {
  return [...svg.querySelectorAll(selector)].map((element) =>
    Number(element.getAttribute(attribute)),
  );
}
