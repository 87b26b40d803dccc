import type { EvalResult, MethodFigures } from "../../analysis/eval/eval-result.ts";
import { figureText, intervalText } from "../../base/figure-text.ts";
import { upLines, xAxis } from "./axes.ts";
import { type Chart, NARROW, WIDE } from "./chart.ts";
import { color, methodStyle } from "./palette.ts";

/** Every method's Spearman correlation with its interval, one above the other. */
export function methodIntervals(result: EvalResult): Chart | null {
  const methods = result.methods.filter(({ spearman }) => spearman.value !== null);
  if (methods.length === 0) return null;
  const baseline = methods.find(({ method }) => method === "e-score")?.spearman.value ?? null;
  const at = (figures: MethodFigures): number => figures.spearman.value ?? 0;
  return {
    name: "methods",
    title: "Spearman correlation with human scores by method",
    description: methods
      .map((each) => `${each.method} ${figureText(at(each))} ${intervalText(each.spearman)}`)
      .join("; "),
    width: WIDE,
    plot: (plot, width) => ({
      height: 48 + methods.length * 24,
      marginTop: 8,
      marginBottom: 40,
      marginLeft: 150,
      marginRight: width > NARROW ? 140 : 54,
      y: { domain: methods.map(({ method }) => method) },
      marks: [
        upLines(plot, width > NARROW ? 6 : 4),
        plot.ruleX([0], { strokeOpacity: 0.45 }),
        ...(baseline === null
          ? []
          : [plot.ruleX([baseline], { stroke: color("escore"), strokeDasharray: "6 3" })]),
        plot.ruleY(methods, {
          y: "method",
          x1: ({ spearman }: MethodFigures) => spearman.low ?? spearman.value,
          x2: ({ spearman }: MethodFigures) => spearman.high ?? spearman.value,
          stroke: ({ method, kind }: MethodFigures) => methodStyle(method, kind).color,
          strokeWidth: 2,
        }),
        ...methods.map((each) =>
          plot.dot([each], {
            y: "method",
            x: at,
            r: 4.5,
            symbol: methodStyle(each.method, each.kind).symbol,
            fill: methodStyle(each.method, each.kind).color,
            // The cross has no inside: it is drawn by its stroke alone.
            stroke: methodStyle(each.method, each.kind).color,
          }),
        ),
        plot.axisY({ tickSize: 0, label: null }),
        xAxis(plot, "Spearman ρ", { ticks: width > NARROW ? 6 : 4 }),
        plot.text(methods, {
          y: "method",
          text: (each: MethodFigures) =>
            width > NARROW
              ? `${figureText(at(each))} ${intervalText(each.spearman)}`
              : figureText(at(each)),
          frameAnchor: "right",
          textAnchor: "start",
          dx: 14,
        }),
      ],
    }),
  };
}
