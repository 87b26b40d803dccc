import type { Interval } from "../../scoring/weights/weights-format.ts";
import { spearman } from "../stats/correlation.ts";
import { percentile } from "../stats/ranks.ts";
import { bagRandom, drawResample, planResamples } from "../stats/resampling-plan.ts";
import {
  sortedLines,
  WeightedCorrelations,
  WeightedHuman,
} from "../stats/weighted-correlations.ts";
import type { TrainingSet } from "./training-set.ts";

/** One method's agreement with the human scores. */
export interface Agreement {
  /** Mean Spearman over the criteria, with its 95 % bootstrap interval. */
  readonly spearman: Interval;
  readonly criteria: Readonly<Record<string, number>>;
  /** Deviations of the resamples' means from the figure; the same resamples for every method. */
  readonly resamples: Float64Array;
}

const RESAMPLES = 1_000;

/** Mean Spearman over criteria; a criterion without variation counts as 0. */
export function meanSpearman(set: TrainingSet, scores: Float64Array): number {
  const figures = Object.values(spearmanByCriterion(set, scores));
  return figures.reduce((sum, figure) => sum + figure, 0) / Math.max(1, figures.length);
}

function spearmanByCriterion(set: TrainingSet, scores: Float64Array): Record<string, number> {
  return Object.fromEntries(
    set.criteria.map((name, c) => {
      const rows = rowsOf(set, scores, c);
      const figure = spearman(
        Float64Array.from(rows, (row) => scores[row] as number),
        Float64Array.from(rows, (row) => set.targets[row] as number),
      );
      return [name, figure.value ?? 0];
    }),
  );
}

/** Rows of a criterion that have a score. */
function rowsOf(set: TrainingSet, scores: Float64Array, criterion: number): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (set.criterionOf[row] === criterion && !Number.isNaN(scores[row])) rows.push(row);
  }
  return Int32Array.from(rows);
}

/**
 * Agreement of scores with the human scores; the bootstrap draws groups of records, whole.
 *
 * @param scores Shape [rows]; NaN where there is none.
 */
export function agreement(set: TrainingSet, scores: Float64Array, seed: number): Agreement {
  const groups = new Map<number, number>();
  const unitOf = Int32Array.from(set.groupOf, (group) => {
    const unit = groups.get(group) ?? groups.size;
    groups.set(group, unit);
    return unit;
  });
  const plan = planResamples(groups.size, set.lines.length, RESAMPLES, seed);
  const order = sortedLines(scores, rowsWithScores(scores));
  const deviations: number[] = [];
  for (const [number, bag] of plan.bags.entries()) {
    const inBag = new Uint8Array(groups.size);
    for (const unit of bag) inBag[unit] = 1;
    const correlations = set.criteria.map((_, c) => {
      const rows = rowsOf(set, scores, c).filter((row) => inBag[unitOf[row] as number] === 1);
      const human = new WeightedHuman(set.targets, rows);
      return { human, weighted: new WeightedCorrelations(human, scores, order) };
    });
    const random = bagRandom(seed, number);
    const counts = new Int32Array(groups.size);
    const draws = new Float64Array(set.lines.length);
    const figure = (): number => {
      let sum = 0;
      for (const { human, weighted } of correlations) {
        human.weigh(draws);
        const value = weighted.figures(draws).spearman;
        sum += Number.isNaN(value) ? 0 : value;
      }
      return sum / Math.max(1, correlations.length);
    };
    draws.fill(1);
    const whole = figure();
    for (let i = 0; i < plan.resamplesPerBag; i++) {
      drawResample(bag, plan.draws, random, counts);
      for (let row = 0; row < draws.length; row++) {
        draws[row] = counts[unitOf[row] as number] as number;
      }
      deviations.push(figure() - whole);
    }
  }
  const value = meanSpearman(set, scores);
  const resamples = Float64Array.from(deviations);
  return {
    spearman: intervalAround(value, resamples),
    criteria: spearmanByCriterion(set, scores),
    resamples,
  };
}

/** The difference of two agreements on the same resamples, and the share of them that was won. */
export function compare(
  method: Agreement,
  baseline: Agreement,
): { difference: Interval; won: number } {
  const value = method.spearman.value - baseline.spearman.value;
  const resamples = method.resamples.map(
    (deviation, i) => deviation - (baseline.resamples[i] as number),
  );
  const won = resamples.reduce((sum, deviation) => {
    const difference = value + deviation;
    return sum + (difference > 0 ? 1 : difference === 0 ? 0.5 : 0);
  }, 0);
  return {
    difference: intervalAround(value, resamples),
    won: won / Math.max(1, resamples.length),
  };
}

function intervalAround(value: number, resamples: Float64Array): Interval {
  const sorted = resamples.slice().sort();
  return {
    value,
    low: value + percentile(sorted, 0.025),
    high: value + percentile(sorted, 0.975),
  };
}

function rowsWithScores(scores: Float64Array): Int32Array {
  return Int32Array.from(scores, (_, row) => row).filter((row) => !Number.isNaN(scores[row]));
}
