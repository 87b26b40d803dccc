import * as Plot from "@observablehq/plot";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Chart } from "../present/charts/chart.ts";
import { chartElement } from "../present/charts/chart-element.ts";

/** A chart, drawn anew whenever it changes. */
export function ChartView({ chart, width }: { readonly chart: Chart; readonly width?: number }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const svg = chartElement(chart, width ?? chart.width, Plot, document);
    place.current?.replaceChildren(svg as unknown as Node);
  }, [chart, width]);
  return <div ref={place} class="chart-place" />;
}
