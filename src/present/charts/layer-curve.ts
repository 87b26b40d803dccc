import type { Markish } from "@observablehq/plot";
import type { EvalResult, EvalScope, LayerFigures } from "../../analysis/eval/eval-result.ts";
import { figureText, intervalText } from "../../base/figure-text.ts";
import { layerAxis, sideNames, yAxis } from "./axes.ts";
import { type Chart, NARROW, nameFrom, type PlotLibrary, SMALL, WIDE } from "./chart.ts";
import { color, methodStyle } from "./palette.ts";
import { type SideLabel, spreadLabels } from "./spread-labels.ts";

/** One point of the curve. */
interface Point {
  readonly layer: number;
  readonly value: number;
  /** Ends of the interval; the value itself where there is none. */
  readonly low: number;
  readonly high: number;
  /** The figure and its interval, where it has one. */
  readonly text: string;
}

/** Methods that the curve is compared with, as lines across the chart. */
const REFERENCES = ["e-score", "score", "lager", "lager-tuned"];

/**
 * The correlation of every single layer with the human scores, and that of the main methods: where
 * in the judge the judgment is. Null when no layer has a figure.
 */
export function layerCurve(result: EvalResult, criterion: string | null = null): Chart | null {
  const scope: EvalScope | undefined = criterion === null ? result : result.criteria[criterion];
  if (scope === undefined) return null;
  const normed = pointsOf(scope, "normed");
  const best = bestPoint(normed);
  if (best === null) return null;
  const raw = criterion === null ? pointsOf(scope, "raw") : [];
  const lines = scope.methods.flatMap(({ method, kind, spearman }) =>
    REFERENCES.includes(method) && result.mainMethods.includes(method) && spearman.value !== null
      ? [{ method, value: spearman.value, style: methodStyle(method, kind) }]
      : [],
  );
  const last = normed.at(-1);
  return {
    name: nameFrom("layer-curve", criterion ?? ""),
    title: criterion ?? "Spearman correlation with human scores by layer",
    description:
      `Layer ${best.layer} alone correlates best, ${figureText(best.value)}; ` +
      `the last captured layer, ${last?.layer}, reaches ${figureText(last?.value)}. ` +
      lines.map(({ method, value }) => `${method} reaches ${figureText(value)}.`).join(" "),
    width: criterion === null ? WIDE : SMALL,
    plot: (plot, width) => {
      const isSmall = criterion !== null;
      const height = isSmall ? 190 : width <= NARROW ? 300 : 380;
      const margins = { marginTop: 22, marginBottom: 38, marginLeft: 40 };
      const [from, to] = extent(
        [...normed, ...raw],
        lines.map(({ value }) => value),
      );
      const gap = ((to - from) / (height - margins.marginTop - margins.marginBottom)) * 15;
      const rawEnd = raw.at(-1);
      const labels = spreadLabels(
        [
          ...lines.map(
            ({ method, value, style }): SideLabel => ({
              text: width > NARROW ? `${method} ${figureText(value)}` : method,
              color: style.color,
              y: value,
            }),
          ),
          ...(rawEnd === undefined
            ? []
            : [{ text: "raw, no norm", color: color("muted"), y: rawEnd.value }]),
        ],
        gap,
      );
      return {
        height,
        ...margins,
        marginRight: isSmall ? 86 : width > NARROW ? 132 : 92,
        x: { domain: [0, result.run.judge.layers] },
        y: { domain: [from, to] },
        marks: [
          ...yAxis(plot, "Spearman ρ"),
          layerAxis(plot, result.run.judge.layers, isSmall ? 4 : 7),
          plot.ruleY([0], { strokeOpacity: 0.45 }),
          ...curveMarks(plot, normed, raw),
          ...lines.map(({ value, style }) =>
            plot.ruleY([value], {
              stroke: style.color,
              strokeDasharray: style.dash,
              strokeWidth: 1.5,
            }),
          ),
          sideNames(plot, labels),
          ...bestMarks(plot, best, isSmall, best.layer > result.run.judge.layers * 0.8),
        ],
      };
    },
  };
}

function curveMarks(plot: PlotLibrary, normed: Point[], raw: Point[]): Markish[] {
  return [
    plot.areaY(normed, {
      x: "layer",
      y1: "low",
      y2: "high",
      fill: color("ink"),
      fillOpacity: 0.1,
    }),
    plot.lineY(raw, {
      x: "layer",
      y: "value",
      stroke: color("muted"),
      strokeDasharray: "2 3",
    }),
    plot.lineY(normed, { x: "layer", y: "value", stroke: color("ink"), strokeWidth: 2 }),
    plot.dot(normed, {
      x: "layer",
      y: "value",
      r: 2.5,
      fill: color("ink"),
      title: (point: Point) => `layer ${point.layer}: ${point.text}`,
    }),
  ];
}

/** The best layer, marked and said. Near the right end its label goes to the left. */
function bestMarks(plot: PlotLibrary, best: Point, isSmall: boolean, atEnd: boolean): Markish[] {
  return [
    plot.dot([best], {
      x: "layer",
      y: "value",
      r: 5,
      fill: color("paper"),
      stroke: color("ink"),
      strokeWidth: 2,
    }),
    plot.text([best], {
      x: "layer",
      y: "high",
      text: (point: Point) =>
        isSmall ? `${point.layer}` : `best layer: ${point.layer}, ${figureText(point.value)}`,
      dy: -8,
      textAnchor: atEnd && !isSmall ? "end" : "middle",
      fontWeight: 600,
      stroke: color("paper"),
      fill: color("ink"),
    }),
  ];
}

function pointsOf(scope: EvalScope, projection: LayerFigures["projection"]): Point[] {
  return scope.layers.flatMap(({ layer, spearman, ...figures }) => {
    const { value, low, high } = spearman;
    if (figures.projection !== projection || value === null) return [];
    const text = `${figureText(value)} ${intervalText(spearman)}`.trim();
    return [{ layer, value, low: low ?? value, high: high ?? value, text }];
  });
}

function bestPoint(points: readonly Point[]): Point | null {
  return points.reduce<Point | null>(
    (best, point) => (best === null || point.value > best.value ? point : best),
    null,
  );
}

/** From the lowest to the highest figure, with some air, and zero in any case. */
function extent(points: readonly Point[], values: readonly number[]): [number, number] {
  const least = Math.min(0, ...values, ...points.map(({ low }) => low));
  const most = Math.max(0, ...values, ...points.map(({ high }) => high));
  const air = (most - least) * 0.06;
  return [least - air, most + air];
}
