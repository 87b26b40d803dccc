import type { EvalResult, MethodCalibration } from "../../analysis/eval/eval-result.ts";
import type { CalibrationBin } from "../../analysis/stats/calibration.ts";
import { figureText } from "../../base/figure-text.ts";
import { upLines, xAxis, yAxis } from "./axes.ts";
import { type Chart, nameFrom, SMALL } from "./chart.ts";
import { color, methodStyle } from "./palette.ts";

/** Predicted against mean human score in bins, a chart for each main method on the scale. */
export function calibrationCharts(result: EvalResult): Chart[] {
  const drawn = result.calibration.filter(({ bins }) => bins.length > 0);
  const bins = drawn.flatMap((each) => each.bins);
  // The same axes for all methods, so that they can be compared.
  const axes = {
    x: around(bins.map(({ predicted }) => predicted)),
    y: around(bins.flatMap((bin) => [bin.human - humanError(bin), bin.human + humanError(bin)])),
  };
  return drawn.map((calibration) => calibrationChart(calibration, axes));
}

function calibrationChart(
  { method, bins, monotone, meanAbsoluteError }: MethodCalibration,
  axes: { readonly x: [number, number]; readonly y: [number, number] },
): Chart {
  const style = methodStyle(method);
  const [first, last] = [bins[0], bins.at(-1)];
  return {
    name: nameFrom("calibration", method),
    title: method,
    description:
      `In the lowest bin ${figureText(first?.predicted, 2)} was predicted and humans gave ` +
      `${figureText(first?.human, 2)}; in the highest ${figureText(last?.predicted, 2)} and ` +
      `${figureText(last?.human, 2)}. Mean absolute error ${figureText(meanAbsoluteError, 2)}` +
      (monotone === null
        ? "."
        : `, ${figureText(monotone.meanAbsoluteError, 2)} after a monotone map learned in cross-validation.`),
    width: SMALL,
    plot: (plot) => ({
      height: 270,
      marginTop: 22,
      marginBottom: 38,
      marginLeft: 36,
      marginRight: 10,
      x: { domain: axes.x },
      y: { domain: axes.y },
      marks: [
        upLines(plot, 5),
        xAxis(plot, "predicted"),
        ...yAxis(plot, "mean human score"),
        plot.line(axes.x, {
          x: (end: number) => end,
          y: (end: number) => end,
          clip: true,
          stroke: color("muted"),
          strokeDasharray: "2 3",
        }),
        plot.line(monotone?.points ?? [], {
          x: "score",
          y: "human",
          clip: true,
          stroke: color("ink"),
          strokeWidth: 1.5,
        }),
        plot.ruleX(bins, {
          x: "predicted",
          y1: (bin: CalibrationBin) => bin.human - humanError(bin),
          y2: (bin: CalibrationBin) => bin.human + humanError(bin),
          stroke: style.color,
          strokeWidth: 1.5,
        }),
        plot.dot(bins, {
          x: "predicted",
          y: "human",
          r: 4,
          symbol: style.symbol,
          fill: style.color,
          title: (bin: CalibrationBin) =>
            `${bin.n} items predicted ${figureText(bin.from, 2)} to ${figureText(bin.to, 2)}: ` +
            `humans gave ${figureText(bin.human, 2)}`,
        }),
      ],
    }),
  };
}

/** From the least to the largest of the values, with some air. */
function around(values: readonly number[]): [number, number] {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const air = (most - least) * 0.06 || 0.5;
  return [least - air, most + air];
}

/** Half the 95 % interval of a bin's mean human score, by the normal approximation. */
function humanError({ humanStandardDeviation, n }: CalibrationBin): number {
  return humanStandardDeviation === null ? 0 : (1.96 * humanStandardDeviation) / Math.sqrt(n);
}
