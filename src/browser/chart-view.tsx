import * as Plot from "@observablehq/plot";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Chart } from "../present/charts/chart.ts";
import { chartElement } from "../present/charts/chart-element.ts";
import { drawLate } from "./late-drawing.ts";

export interface ChartViewProps {
  readonly chart: Chart;
  /** Default: the chart's own. */
  readonly width?: number;
  /** Whether the page's other parts are drawn first. Default: false. */
  readonly isLate?: boolean;
  /** Number of the request that it answers. */
  readonly request?: number | undefined;
}

/** A chart, drawn anew whenever it changes. */
export function ChartView({ chart, width, isLate = false, request }: ChartViewProps) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const draw = (): void => {
      const svg = chartElement(chart, width ?? chart.width, Plot, document);
      place.current?.replaceChildren(svg as unknown as Node);
      if (request !== undefined) place.current?.setAttribute("data-drawn", String(request));
    };
    if (isLate) return drawLate(draw);
    draw();
    return undefined;
  }, [chart, width, isLate, request]);
  return <div ref={place} class="chart-place" />;
}
