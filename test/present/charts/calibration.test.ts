import { describe, expect, it } from "vitest";
import type { MethodCalibration } from "../../../src/analysis/eval/eval-result.ts";
import { calibrationCharts } from "../../../src/present/charts/calibration.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn, numbers } from "./drawn.ts";

const RESULT = madeUpEvaluation({ records: 4 });

function calibration(method: string, ...means: number[]): MethodCalibration {
  const bins = means.map((mean) => ({
    ...{ from: mean, to: mean, n: 25, predicted: mean, human: mean },
    humanStandardDeviation: 1,
  }));
  return { method, bins, meanAbsoluteError: 0.5, rootMeanSquaredError: 0.7, monotone: null };
}

describe("calibration charts", () => {
  it("have the same axes for all methods, so that they can be compared", async () => {
    const charts = calibrationCharts({
      ...RESULT,
      calibration: [calibration("e-score", 1, 2), calibration("lager", 4, 9), calibration("none")],
    });
    expect(charts.map(({ title }) => title)).toEqual(["e-score", "lager"]);
    const [first, second] = await Promise.all(charts.map((chart) => drawn(chart)));
    if (first === undefined || second === undefined) throw new Error("two were expected");
    const ticks = 'g[aria-label$="tick label"] text';
    expect(texts(first, ticks)).toEqual(texts(second, ticks));
  });

  it("show the 95 % interval of a bin's mean human score", async () => {
    const [chart] = calibrationCharts({ ...RESULT, calibration: [calibration("lager", 1, 3)] });
    const svg = await drawn(chart);
    const rules = 'g[aria-label="rule"] line[x1]';
    const [low, high] = [numbers(svg, rules, "y1"), numbers(svg, rules, "y2")];
    // Means that are 2 apart: an interval is ±1.96/√25 around each.
    const heights = low.map((y, i) => Math.abs(y - (high[i] ?? 0)));
    const apart = Math.abs((low[0] ?? 0) - (low[1] ?? 0));
    for (const height of heights) expect(height / apart).toBeCloseTo((2 * 1.96) / 5 / 2, 2);
  });

  it("say what is predicted and given in the lowest and the highest bin", () => {
    const [chart] = calibrationCharts(RESULT);
    expect(chart?.description).toMatch(
      /^In the lowest bin 1\.65 was predicted and humans gave \d\.\d\d; in the highest 4\.35 and \d\.\d\d\. Mean absolute error 0\.90, 0\.72 after a monotone map/,
    );
  });
});
