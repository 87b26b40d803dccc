import { bootstrapEstimate, type Estimate } from "../stats/estimate.ts";
import { expandedLevel } from "../stats/expanded-level.ts";
import { holm } from "../stats/holm.ts";
import type { ResampledSums } from "../stats/resample-sums.ts";
import type { LengthPart, PairComparison } from "./comparison-result.ts";
import { type MeanTest, meanTest, moreNeeded } from "./mean-test.ts";
import type { UnitColumn } from "./pair-records.ts";

/** Differences up to a tenth of the scores' spread count as ties, where nobody says otherwise. */
const TIE_SHARE = 0.1;

/** Two systems on one criterion, with what their resamples gave. */
export interface MeasuredPair {
  readonly first: string;
  readonly second: string;
  readonly columns: readonly [UnitColumn, UnitColumn];
  /** Number of pairs and sum of differences by group: the first columns of `pairStatistic`. */
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly resampled: ResampledSums;
}

/** How pairs are judged. */
export interface PairOptions {
  readonly level: number;
  /** Default: a tenth of the scores' standard deviation. */
  readonly tie?: number | undefined;
}

/** Figures of all pairs of systems on one criterion; p values are corrected for their number. */
export function pairFigures(
  pairs: readonly MeasuredPair[],
  { level, tie }: PairOptions,
): PairComparison[] {
  const tests = pairs.map(({ sums, counts }) => meanTest(sums, counts));
  const known = tests.flatMap(({ p }) => (p === null ? [] : [p]));
  const corrected = holm(known);
  let next = 0;
  return pairs.map((pair, i) => {
    const test = tests[i] ?? NO_TEST;
    const step = test.p === null ? null : (corrected[next++] ?? null);
    const { first, second, columns } = pair;
    const share = expandedLevel(level, test.df + 1);
    const difference = estimateOf(pair.resampled, 0, share);
    const spread = spreadOf(columns);
    const resolution = tie ?? (Number.isNaN(spread.root) ? 0 : TIE_SHARE * spread.root);
    const alpha = 1 - level;
    const settled = leavesOutZero(difference) && step !== null && step.corrected < alpha;
    const moreRecords =
      settled || step === null ? null : moreNeeded(test, spread.n, alpha / step.divisor);
    return {
      ...{ first, second, n: spread.n, unpaired: spread.unpaired, difference },
      ...outcomes(columns, resolution),
      resolution,
      effectSize: finiteOrNull((difference.value ?? Number.NaN) / spread.root),
      probabilityOfSuperiority: clipped(estimateOf(pair.resampled, 1, share)),
      p: test.p,
      pHolm: step?.corrected ?? null,
      settled,
      moreRecords,
      length: lengthPart(pair, difference, settled, share),
    };
  });
}

const NO_TEST: MeanTest = { t: Number.NaN, df: 0, p: null };

/** Pairs, and the root of the mean of the two systems' variances over them (n − 1). */
function spreadOf([first, second]: MeasuredPair["columns"]): {
  readonly n: number;
  readonly unpaired: number;
  readonly root: number;
} {
  const paired: number[] = [];
  let unpaired = 0;
  for (const [unit, score] of first.scores.entries()) {
    const known = [score, second.scores[unit] as number].filter((each) => !Number.isNaN(each));
    if (known.length === 2) paired.push(unit);
    else unpaired += known.length;
  }
  const n = paired.length;
  const variance = (scores: Float64Array): number => {
    const mean = paired.reduce((sum, unit) => sum + (scores[unit] as number), 0) / n;
    return paired.reduce((sum, unit) => sum + ((scores[unit] as number) - mean) ** 2, 0) / (n - 1);
  };
  return { n, unpaired, root: Math.sqrt((variance(first.scores) + variance(second.scores)) / 2) };
}

function outcomes(
  [first, second]: MeasuredPair["columns"],
  resolution: number,
): { readonly wins: number; readonly ties: number; readonly losses: number } {
  let [wins, ties, losses] = [0, 0, 0];
  for (const [unit, score] of first.scores.entries()) {
    const difference = (second.scores[unit] as number) - score;
    if (difference > resolution) wins++;
    else if (difference < -resolution) losses++;
    else if (!Number.isNaN(difference)) ties++;
  }
  return { wins, ties, losses };
}

function lengthPart(
  { columns: [first, second], resampled }: MeasuredPair,
  difference: Estimate,
  settled: boolean,
  share: number,
): LengthPart | null {
  const part = estimateOf(resampled, 2, share);
  const rest = estimateOf(resampled, 3, share);
  if (part.value === null || difference.value === null) return null;
  let [sum, n] = [0, 0];
  for (const [unit, length] of first.lengths.entries()) {
    const own = (second.lengths[unit] as number) - length;
    if (Number.isNaN(own) || Number.isNaN(second.scores[unit]) || Number.isNaN(first.scores[unit]))
      continue;
    sum += own;
    n++;
  }
  const meanDifference = sum / n;
  const slope = meanDifference === 0 ? slopeAtZero(first, second) : part.value / meanDifference;
  return {
    meanDifference,
    per100: 100 * slope,
    part,
    rest,
    share: settled ? part.value / difference.value : null,
  };
}

/** The slope where the mean of the lengths' differences is zero, so that it cannot be had from the part. */
function slopeAtZero(first: UnitColumn, second: UnitColumn): number {
  let [products, squares] = [0, 0];
  for (const [unit, score] of first.scores.entries()) {
    const d = (second.scores[unit] as number) - score;
    const l = (second.lengths[unit] as number) - (first.lengths[unit] as number);
    if (Number.isNaN(d) || Number.isNaN(l)) continue;
    products += d * l;
    squares += l * l;
  }
  return products / squares;
}

/**
 * A figure of the resamples; null where it is not defined on the pairs themselves.
 *
 * @param share Of the resamples, in the interval; NaN where there is none.
 */
export function estimateOf(
  { figures, deviations }: ResampledSums,
  index: number,
  share: number,
): Estimate {
  const value = figures[index] ?? Number.NaN;
  if (!Number.isFinite(value)) return { value: null, low: null, high: null };
  if (Number.isNaN(share)) return { value, low: null, high: null };
  return bootstrapEstimate(value, deviations[index] ?? [], share);
}

/** Whether an interval lies on one side of 0. */
export function leavesOutZero({ low, high }: Estimate): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}

/** Deviations from bags may lead beyond what a share can be. */
function clipped({ value, low, high }: Estimate): Estimate {
  return {
    value,
    low: low === null ? null : Math.max(0, low),
    high: high === null ? null : Math.min(1, high),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
