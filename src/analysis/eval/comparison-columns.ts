import type { ResampledColumn } from "../stats/resample-figures.ts";
import { sortedLines } from "../stats/weighted-correlations.ts";
import type { EvaluatedSample } from "./evaluated-sample.ts";
import type { LayerScores, MethodScores } from "./method.ts";

/** The method that all others are compared with. */
export const BASELINE = "e-score";

/** Single layers are looked at as a curve: a fifth of the resamples is enough for its band. */
export const SHARE_OF_A_LAYER = 0.2;

/** Columns of a method and the baseline on the lines that both have a score for. */
export interface ComparedColumns {
  readonly method: string;
  readonly column: number;
  readonly baseline: number;
}

/** What is resampled: the methods, then the layers, then what comparisons need beside them. */
export interface MethodColumns {
  readonly columns: readonly ResampledColumn[];
  readonly methods: readonly MethodScores[];
  readonly layers: readonly LayerScores[];
  readonly comparisons: readonly ComparedColumns[];
}

/** Lays out the columns of an evaluation. */
export function methodColumns(
  { lines }: EvaluatedSample,
  methods: readonly MethodScores[],
  layers: readonly LayerScores[],
): MethodColumns {
  const column = (scores: Float64Array, share: number): ResampledColumn => ({
    scores,
    sorted: sortedLines(
      scores,
      lines.filter((line) => !Number.isNaN(scores[line])),
    ),
    share,
  });
  const columns = [
    ...methods.map(({ scores }) => column(scores, 1)),
    ...layers.map(({ scores }) => column(scores, SHARE_OF_A_LAYER)),
  ];
  const baseline = methods.findIndex(({ method }) => method === BASELINE);
  const baselineScores = methods[baseline]?.scores;
  if (baselineScores === undefined) return { columns, methods, layers, comparisons: [] };
  const comparisons: ComparedColumns[] = [];
  for (const [index, { method, scores }] of methods.entries()) {
    if (index === baseline) continue;
    if (lines.every((line) => Number.isNaN(scores[line]) === Number.isNaN(baselineScores[line]))) {
      comparisons.push({ method, column: index, baseline });
      continue;
    }
    const both = (own: Float64Array): Float64Array =>
      own.map((score, line) =>
        Number.isNaN(scores[line]) || Number.isNaN(baselineScores[line]) ? Number.NaN : score,
      );
    comparisons.push({ method, column: columns.length, baseline: columns.length + 1 });
    columns.push(column(both(scores), 1), column(both(baselineScores), 1));
  }
  return { columns, methods, layers, comparisons };
}
