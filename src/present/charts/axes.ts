import type { Markish } from "@observablehq/plot";
import type { PlotLibrary } from "./chart.ts";
import type { SideLabel } from "./spread-labels.ts";

/** An axis's ticks. */
interface Ticks<T> {
  /** About how many there should be, or which. */
  readonly ticks?: number | readonly T[];
  readonly format?: (tick: T) => string;
}

const FAINT = 0.12;

/** The x axis with its label below the middle. */
export function xAxis(plot: PlotLibrary, label: string, options: Ticks<number> = {}): Markish {
  const shape = {
    tickSize: 4,
    label,
    labelAnchor: "center",
    labelArrow: "none",
    ...(options.format !== undefined && { tickFormat: options.format }),
  } as const;
  const { ticks = 6 } = options;
  return typeof ticks === "number"
    ? plot.axisX({ ...shape, ticks })
    : plot.axisX([...ticks], shape);
}

/** The y axis with faint lines across the chart and its label above, where no head need be turned. */
export function yAxis(plot: PlotLibrary, label: string, ticks = 5): Markish[] {
  return [
    plot.gridY({ strokeOpacity: FAINT, ticks }),
    plot.axisY({ tickSize: 0, ticks, label, labelArrow: "none" }),
  ];
}

/** Faint lines up the chart. */
export function upLines(plot: PlotLibrary, ticks = 6): Markish {
  return plot.gridX({ strokeOpacity: FAINT, ticks });
}

/** The axis of layers; the last layer is always named. */
export function layerAxis(plot: PlotLibrary, layers: number, count = 7): Markish {
  const step = [1, 2, 5, 10, 20, 50, 100].find((each) => layers / each <= count) ?? 200;
  const round = Array.from({ length: Math.floor(layers / step) + 1 }, (_, i) => i * step);
  // A round number too close to the last layer gives way to it.
  const ticks = [...round.filter((layer) => layers - layer > step * 0.6), layers];
  return xAxis(plot, "layer", { ticks, format: String });
}

/** Names at the right side of a chart, each at its height. */
export function sideNames(plot: PlotLibrary, labels: readonly SideLabel[]): Markish {
  return plot.text(labels, {
    text: "text",
    y: "y",
    fill: (label: SideLabel) => label.color,
    frameAnchor: "right",
    textAnchor: "start",
    dx: 8,
  });
}
