import type { CorrelationName } from "../stats/correlation.ts";
import {
  bootstrapEstimate,
  type Estimate,
  type PairedEstimate,
  pairedBootstrapEstimate,
  type UndefinedReason,
} from "../stats/estimate.ts";
import type { ColumnFigures } from "../stats/resample-figures.ts";
import { BASELINE, type MethodColumns } from "./comparison-columns.ts";
import type { Comparison, EvalScope, LayerFigures, MethodFigures } from "./eval-result.ts";
import type { Method, MethodScores } from "./method.ts";
import type { ScopeSample } from "./scope-sample.ts";

/** Figures of all methods and layers in one scope, from those of its resamples. */
export function scopeFigures(
  columns: MethodColumns,
  figures: readonly ColumnFigures[],
  sample: ScopeSample,
): EvalScope {
  const own = (column: number, scores: MethodScores): MethodFigures => {
    const estimate = (name: CorrelationName): Estimate =>
      toEstimate(figures[column], name, () => sample.reason(scores.scores));
    return {
      ...describe(scores),
      spearman: estimate("spearman"),
      pearson: estimate("pearson"),
      kendall: estimate("kendall"),
      partialSpearman: partialEstimate(figures[column], () => sample.reason(scores.scores)),
      n: sample.n(scores.scores),
      withoutScore: sample.withoutScore(scores.scores),
      meanAbsoluteError: scores.kind === "length" ? null : sample.meanAbsoluteError(scores.scores),
    };
  };
  return {
    methods: columns.methods.map((method, index) => own(index, method)),
    layers: columns.layers.map(
      (layer, index): LayerFigures => ({
        ...own(columns.methods.length + index, layer),
        layer: layer.layer,
        projection: layer.projection,
      }),
    ),
    comparisons: columns.comparisons.map(({ method, column, baseline }): Comparison => {
      const paired = (name: CorrelationName): PairedEstimate =>
        toPairedEstimate(figures[column], figures[baseline], name);
      return {
        method,
        baseline: BASELINE,
        spearman: paired("spearman"),
        pearson: paired("pearson"),
        kendall: paired("kendall"),
        partialSpearman: paired("partialSpearman"),
        n: sample.n(columns.columns[column]?.scores ?? new Float64Array(0)),
      };
    }),
  };
}

/** The facts of a method without its scores. */
function describe({ method, kind, description, layers, projection }: MethodScores): Method {
  return { method, kind, description, layers, projection };
}

function toEstimate(
  figures: ColumnFigures | undefined,
  name: CorrelationName,
  reason: () => UndefinedReason,
): Estimate {
  const value = figures?.figures[name] ?? Number.NaN;
  if (figures === undefined || Number.isNaN(value)) {
    return { value: null, low: null, high: null, reason: reason() };
  }
  return clipped(bootstrapEstimate(value, figures.deviations[name]));
}

/** Where there is a correlation and no partial one, it is for want of a length to hold fast. */
function partialEstimate(
  figures: ColumnFigures | undefined,
  reason: () => UndefinedReason,
): Estimate {
  const hasSpearman = figures !== undefined && !Number.isNaN(figures.figures.spearman);
  return toEstimate(figures, "partialSpearman", hasSpearman ? () => "no-control" : reason);
}

function toPairedEstimate(
  method: ColumnFigures | undefined,
  baseline: ColumnFigures | undefined,
  name: CorrelationName,
): PairedEstimate {
  const difference =
    (method?.figures[name] ?? Number.NaN) - (baseline?.figures[name] ?? Number.NaN);
  if (method === undefined || baseline === undefined || Number.isNaN(difference)) {
    return { difference: null, low: null, high: null, won: null };
  }
  const theirs = baseline.deviations[name];
  return pairedBootstrapEstimate(
    difference,
    method.deviations[name].map((deviation, i) => deviation - (theirs[i] ?? Number.NaN)),
  );
}

/** Deviations from bags may lead beyond what a correlation can be. */
function clipped({ value, low, high }: Estimate): Estimate {
  return {
    value,
    low: low === null ? null : Math.max(-1, low),
    high: high === null ? null : Math.min(1, high),
  };
}
