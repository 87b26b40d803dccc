import type { EvalResult, MethodWeights } from "../../analysis/eval/eval-result.ts";
import { figureText } from "../../base/figure-text.ts";
import { layerAxis, sideNames, yAxis } from "./axes.ts";
import { type Chart, NARROW, nameFrom, WIDE } from "./chart.ts";
import { color, methodStyle } from "./palette.ts";

/** One bar. */
interface Bar {
  readonly layer: number;
  readonly weight: number;
}

/** The learned weights by layer, one chart for each of {@link learnedWeights}. */
export function layerWeights(result: EvalResult): Chart[] {
  return learnedWeights(result).map((each) => weightChart(result, each));
}

/** Weights that differ from layer to layer; uniform ones would make no picture. */
export function learnedWeights(result: EvalResult): MethodWeights[] {
  return result.layerWeights.filter(({ weights }) =>
    weights.some((weight) => Math.abs(weight - (weights[0] ?? 0)) > 1e-12),
  );
}

function weightChart(result: EvalResult, given: MethodWeights): Chart {
  const bars = given.layers.map((layer, i): Bar => ({ layer, weight: given.weights[i] ?? 0 }));
  const style = methodStyle(given.method);
  const isShare = given.kind === "share";
  const uniform = isShare ? 1 / bars.length : null;
  const heaviest = [...bars].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 3);
  const what = isShare
    ? "share of each layer"
    : "coefficient of each layer's standardised expectation";
  return {
    name: nameFrom("layer-weights", given.method, given.criterion ?? ""),
    title: `Layer weights of ${given.method}${given.criterion === null ? "" : ` on ${given.criterion}`}`,
    description:
      `Bars show the ${what}. The largest are at layers ` +
      `${heaviest.map(({ layer, weight }) => `${layer} (${figureText(weight)})`).join(", ")}.`,
    width: WIDE,
    plot: (plot, width) => ({
      height: width > NARROW ? 230 : 200,
      marginTop: 22,
      marginBottom: 38,
      marginLeft: 46,
      marginRight: uniform === null ? 12 : 66,
      y: { nice: true },
      x: { domain: [-0.6, result.run.judge.layers + 0.6] },
      marks: [
        ...yAxis(plot, given.kind),
        layerAxis(plot, result.run.judge.layers),
        plot.rectY(bars, {
          x1: (bar: Bar) => bar.layer - 0.4,
          x2: (bar: Bar) => bar.layer + 0.4,
          y: "weight",
          fill: style.color,
          title: (bar: Bar) => `layer ${bar.layer}: ${figureText(bar.weight, 4)}`,
        }),
        plot.ruleY([0], { strokeOpacity: 0.6 }),
        ...(uniform === null
          ? []
          : [
              plot.ruleY([uniform], { stroke: color("ink"), strokeDasharray: "4 3" }),
              sideNames(plot, [{ text: "uniform", color: color("ink"), y: uniform }]),
            ]),
      ],
    }),
  };
}
