import type { RunTable } from "../../run/run-table.ts";
import type { ScoreDistribution } from "./eval-result.ts";
import { ownLayers } from "./layer-choice.ts";
import { lineDistribution } from "./layer-scores.ts";
import type { MethodScores } from "./method.ts";

/** Scales with more labels than this get this many bins. */
const MOST_LABEL_BINS = 11;
const BINS_OF_A_LONG_SCALE = 21;

/** How often which score was given on a criterion, by whom. */
export type ScoreCounts = Omit<ScoreDistribution, "labels">;

/** How often which score was given, by criterion: by people, and by the main methods. */
export function scoreHistograms(
  table: RunTable,
  methods: readonly Pick<MethodScores, "method" | "scores">[],
): ScoreDistribution[] {
  const labels = meanLabelProbabilities(table);
  return scoreCounts(table, methods).map((counts, index) => ({
    ...counts,
    labels: labels[index] ?? [],
  }));
}

/** The same without the labels' mean probabilities. */
export function scoreCounts(
  table: Pick<RunTable, "header" | "criteria" | "criterionOf" | "human">,
  methods: readonly Pick<MethodScores, "method" | "scores">[],
): ScoreCounts[] {
  const edges = binEdges(table);
  return table.criteria.map((criterion, index) => {
    const count = (name: string, scores: Float64Array): { name: string; counts: number[] } => ({
      name,
      counts: histogram(edges, scores, table.criterionOf, index),
    });
    return {
      criterion,
      edges,
      series: [
        count("human", table.human),
        ...methods.map(({ method, scores }) => count(method, scores)),
      ],
    };
  });
}

/**
 * Edges of bins that are centred at the labels and half way between them. Where human scores lie on
 * another scale, bins of equal width over both.
 */
function binEdges({ header: { values }, human }: Pick<RunTable, "header" | "human">): number[] {
  let low = values[0] as number;
  let high = values.at(-1) ?? 1;
  const step = (high - low) / (values.length - 1);
  let bins = values.length <= MOST_LABEL_BINS ? 2 * values.length - 1 : BINS_OF_A_LONG_SCALE;
  const margin = values.length <= MOST_LABEL_BINS ? step / 4 : 0;
  low -= margin;
  high += margin;
  for (const score of human) {
    if (score >= low && score <= high) continue;
    if (Number.isNaN(score)) continue;
    low = Math.min(low, score);
    high = Math.max(high, score);
    bins = BINS_OF_A_LONG_SCALE;
  }
  return Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

/** A criterion's scores in each bin [edge, next edge); the last one has both. NaN is in none. */
function histogram(
  edges: readonly number[],
  scores: Float64Array,
  criterionOf: Int32Array,
  criterion: number,
): number[] {
  const bins = edges.length - 1;
  const low = edges[0] as number;
  const width = ((edges[bins] ?? 1) - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (let line = 0; line < scores.length; line++) {
    const score = scores[line] as number;
    if (criterionOf[line] !== criterion || Number.isNaN(score)) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((score - low) / width)));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/** Of each criterion the mean distribution of `lager` over the labels, shape [criteria][labels]. */
function meanLabelProbabilities(table: RunTable): number[][] {
  const own = ownLayers(table);
  const distribution = lineDistribution(table, own.projection);
  const sums = table.criteria.map(() => new Float64Array(table.header.labels.length));
  const counts = table.criteria.map(() => 0);
  for (let line = 0; line < table.lines; line++) {
    distribution.aggregate(line, own.layers, own.weights);
    if (Number.isNaN(distribution.probabilities[0])) continue;
    const criterion = table.criterionOf[line] as number;
    counts[criterion] = (counts[criterion] as number) + 1;
    const sum = sums[criterion];
    for (const [label, p] of distribution.probabilities.entries()) {
      if (sum !== undefined) sum[label] = (sum[label] as number) + p;
    }
  }
  return sums.map((sum, criterion) =>
    Array.from(sum, (total) => total / Math.max(1, counts[criterion] as number)),
  );
}
