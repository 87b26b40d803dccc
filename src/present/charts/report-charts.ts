import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { throwIfAborted } from "../../base/errors.ts";
import { fittingName } from "../../base/file-name.ts";
import { calibrationCharts } from "./calibration.ts";
import type { Chart } from "./chart.ts";
import { itemHeatMap } from "./item-heat-map.ts";
import { layerCurve } from "./layer-curve.ts";
import { layerWeights } from "./layer-weights.ts";
import { learningCurve } from "./learning-curve.ts";
import { methodIntervals } from "./method-intervals.ts";
import { questionAnswers } from "./question-answers.ts";
import { scoreDistributions } from "./score-distributions.ts";
import { scoreScatters } from "./score-scatter.ts";
import { standaloneSvg } from "./standalone-svg.ts";

/** The charts of a report, by section; a section without figures has none. */
export interface ReportCharts {
  readonly methods: Chart | null;
  readonly questions: readonly Chart[];
  readonly layerCurve: Chart | null;
  readonly layerCurves: readonly Chart[];
  readonly layerWeights: readonly Chart[];
  readonly learningCurve: Chart | null;
  readonly scatters: readonly Chart[];
  readonly distributions: readonly Chart[];
  readonly calibration: readonly Chart[];
  /** One for each of the result's disagreements, in their order. */
  readonly items: readonly Chart[];
}

/** All charts that an evaluation has the figures for; none of them is drawn yet. */
export function reportCharts(result: EvalResult): ReportCharts {
  return {
    methods: methodIntervals(result),
    questions: questionAnswers(result),
    layerCurve: layerCurve(result),
    layerCurves:
      result.run.criteria.length < 2
        ? []
        : result.run.criteria.flatMap((criterion) => layerCurve(result, criterion) ?? []),
    layerWeights: layerWeights(result),
    learningCurve: learningCurve(result),
    scatters: scoreScatters(result),
    distributions: scoreDistributions(result.distributions),
    calibration: calibrationCharts(result),
    items: result.disagreements.map((item, i) => itemHeatMap(result.run, item, i)),
  };
}

/** A chart as a file. */
export interface ChartFile {
  /** Distinct within a report. */
  readonly name: string;
  readonly svg: string;
}

/**
 * Every chart of an evaluation as an SVG file of its own, drawn one after the other.
 *
 * @throws LagerError `ABORTED`.
 */
export async function* chartFiles(
  result: EvalResult,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<ChartFile> {
  const taken = new Set<string>();
  for (const chart of Object.values(reportCharts(result)).flat()) {
    if (chart === null) continue;
    throwIfAborted(options.signal, "the report");
    // Names of criteria that differ in signs alone would make one name.
    const own = fittingName(chart.name);
    let name = own;
    for (let i = 2; taken.has(name); i++) name = `${own}-${i}`;
    taken.add(name);
    yield { name: `${name}.svg`, svg: await standaloneSvg(chart) };
  }
}
