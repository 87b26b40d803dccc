import type { EvalResult, LearningCurve } from "../../analysis/eval/eval-result.ts";
import { countText, figureText } from "../../base/figure-text.ts";
import { sideNames, xAxis, yAxis } from "./axes.ts";
import { type Chart, NARROW, WIDE } from "./chart.ts";
import { methodStyle } from "./palette.ts";
import { type SideLabel, spreadLabels } from "./spread-labels.ts";

type CurvePoint = LearningCurve["points"][number];

/** How the correlation of learned weights grows with the labels; null without a curve. */
export function learningCurve(result: EvalResult): Chart | null {
  const curve = result.learningCurve;
  const last = curve?.points.at(-1);
  if (curve === null || last === undefined) return null;
  const style = methodStyle("lager-tuned");
  const lines = [
    { method: "e-score", value: curve.eScore },
    { method: "lager", value: curve.uniform },
  ].flatMap(({ method, value }) => (value === null ? [] : [{ method, value }]));
  const all = [
    ...curve.points.flatMap(({ spearman, low, high }) => [
      spearman,
      low ?? spearman,
      high ?? spearman,
    ]),
    ...lines.map(({ value }) => value),
  ];
  const least = Math.min(0, ...all);
  const most = Math.max(0, ...all) * 1.06;
  return {
    name: "learning-curve",
    title: "Spearman correlation by number of labels learned from",
    description:
      `${curve.points.map((point) => `${figureText(point.spearman)} with ${point.labels} labels`).join(", ")}. ` +
      lines.map(({ method, value }) => `${method} without labels: ${figureText(value)}.`).join(" "),
    width: WIDE,
    plot: (plot, width) => {
      const isWide = width > NARROW;
      const height = isWide ? 300 : 260;
      const labels = spreadLabels(
        [{ method: "lager-tuned", value: last.spearman }, ...lines].map(
          ({ method, value }): SideLabel => ({
            text: isWide ? `${method} ${figureText(value)}` : method,
            color: methodStyle(method).color,
            y: value,
          }),
        ),
        ((most - least) / (height - 60)) * 15,
      );
      return {
        height,
        marginTop: 22,
        marginBottom: 38,
        marginLeft: 46,
        marginRight: isWide ? 132 : 92,
        x: { type: "log" },
        y: { domain: [least, most] },
        marks: [
          ...yAxis(plot, "Spearman ρ"),
          xAxis(plot, "labels learned from", {
            ticks: curve.points.map(({ labels: count }) => count),
            format: countText,
          }),
          plot.ruleY([0], { strokeOpacity: 0.45 }),
          plot.areaY(curve.points, {
            x: "labels",
            y1: (point: CurvePoint) => point.low ?? point.spearman,
            y2: (point: CurvePoint) => point.high ?? point.spearman,
            fill: style.color,
            fillOpacity: 0.16,
          }),
          ...lines.map(({ method, value }) =>
            plot.ruleY([value], {
              stroke: methodStyle(method).color,
              strokeDasharray: methodStyle(method).dash,
              strokeWidth: 1.5,
            }),
          ),
          plot.lineY(curve.points, {
            x: "labels",
            y: "spearman",
            stroke: style.color,
            strokeWidth: 2,
          }),
          plot.dot(curve.points, {
            x: "labels",
            y: "spearman",
            r: 4,
            symbol: style.symbol,
            fill: style.color,
            title: (point: CurvePoint) => `${point.labels} labels: ${figureText(point.spearman)}`,
          }),
          sideNames(plot, labels),
        ],
      };
    },
  };
}
