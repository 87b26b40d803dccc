import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import { bootstrapEstimate, type Estimate } from "../stats/estimate.ts";
import { bagRandom, drawResample, planResamples } from "../stats/resampling-plan.ts";
import {
  sortedLines,
  WeightedCorrelations,
  WeightedHuman,
} from "../stats/weighted-correlations.ts";
import type { CriterionSeparation } from "./eval-result.ts";
import type { EvaluatedSample } from "./evaluated-sample.ts";
import type { MethodScores } from "./method.ts";

/** Every pair of criteria is resampled for every method: a fifth of the resamples is enough. */
const SHARE = 0.2;

/** Records that have human scores on two criteria. */
interface CriterionPair {
  /** Lines of the one criterion and of the other, shape [records]. */
  readonly one: Int32Array;
  readonly other: Int32Array;
  /** What each record is drawn with, shape [records]. */
  readonly unitOf: Int32Array;
}

/** What the intervals are made of. */
interface AgreementRequest {
  readonly pairs: readonly CriterionPair[];
  readonly unitCount: number;
  readonly resamples: number;
  readonly seed: number;
  readonly pacer: Pacer;
}

/**
 * How far scores of different criteria of one record agree: the mean Spearman over all pairs of
 * criteria, of people's scores and of each method's on the same records.
 *
 * @returns null where no pair of criteria has two records.
 */
export async function criterionSeparation(
  table: RunTable,
  sample: EvaluatedSample,
  methods: readonly MethodScores[],
  options: Pick<AgreementRequest, "resamples" | "seed" | "pacer">,
): Promise<CriterionSeparation | null> {
  const pairs = criterionPairs(table, sample);
  if (pairs.length === 0) return null;
  const request = { pairs, unitCount: sample.unitCount, ...options };
  const agreements: CriterionSeparation["methods"][number][] = [];
  for (const { method, kind, scores } of methods) {
    if (kind === "length") continue;
    agreements.push({ method, agreement: await meanAgreement(scores, request) });
  }
  const human = await meanAgreement(table.human, request);
  return { pairs: pairs.length, human, methods: agreements };
}

function criterionPairs(
  { criteria, criterionOf, recordOf }: RunTable,
  { lines, unitOf }: EvaluatedSample,
): CriterionPair[] {
  const lineOf = criteria.map(() => new Map<number, number>());
  for (const line of lines) {
    lineOf[criterionOf[line] as number]?.set(recordOf[line] as number, line);
  }
  return lineOf.flatMap((first, i) =>
    lineOf.slice(i + 1).flatMap((second): CriterionPair[] => {
      const records = [...first.keys()].filter((record) => second.has(record));
      if (records.length < 2) return [];
      const one = Int32Array.from(records, (record) => first.get(record) as number);
      const other = Int32Array.from(records, (record) => second.get(record) as number);
      return [{ one, other, unitOf: one.map((line) => unitOf[line] as number) }];
    }),
  );
}

/** Mean over the pairs, with its interval; undefined where one of the pairs has no correlation. */
async function meanAgreement(scores: Float64Array, request: AgreementRequest): Promise<Estimate> {
  const { pairs, unitCount, resamples, seed, pacer } = request;
  const everyUnit = new Int32Array(unitCount).fill(1);
  const value = meanOf(pairSamples(scores, pairs, everyUnit), everyUnit);
  if (Number.isNaN(value)) {
    const reason = pairs.length === 1 ? "constant-scores" : "undefined-in-a-criterion";
    return { value: null, low: null, high: null, reason };
  }
  const lines = pairs.reduce((sum, { one }) => sum + one.length, 0);
  const plan = planResamples(unitCount, lines, Math.ceil(SHARE * resamples), seed);
  const deviations: number[] = [];
  for (const [number, bag] of plan.bags.entries()) {
    const inBag = new Int32Array(unitCount);
    for (const unit of bag) inBag[unit] = 1;
    const samples = pairSamples(scores, pairs, inBag);
    const whole = meanOf(samples, inBag);
    const random = bagRandom(seed, number);
    const counts = new Int32Array(unitCount);
    for (let i = 0; i < plan.resamplesPerBag; i++) {
      drawResample(bag, plan.draws, random, counts);
      deviations.push(meanOf(samples, counts) - whole);
      await pacer.rest();
    }
  }
  const { low, high } = bootstrapEstimate(value, deviations);
  return {
    value,
    low: low === null ? null : Math.max(-1, low),
    high: high === null ? null : Math.min(1, high),
  };
}

/** A pair's scores, ready for resamples. */
interface PairSample {
  readonly side: WeightedHuman;
  readonly correlations: WeightedCorrelations;
  /** Unit of each place, shape [records]. */
  readonly unitOf: Int32Array;
}

/** Of the records of some units (above 0) that have a score on both criteria. */
function pairSamples(
  scores: Float64Array,
  pairs: readonly CriterionPair[],
  inBag: Int32Array,
): PairSample[] {
  return pairs.map(({ one, other, unitOf }) => {
    const x = Float64Array.from(one, (line) => scores[line] as number);
    const y = Float64Array.from(other, (line) => scores[line] as number);
    const places = Int32Array.from(one, (_, place) => place).filter(
      (place) =>
        (inBag[unitOf[place] as number] as number) > 0 &&
        Number.isFinite(x[place]) &&
        Number.isFinite(y[place]),
    );
    const side = new WeightedHuman(y, places);
    const correlations = new WeightedCorrelations(side, x, sortedLines(x, places));
    return { side, unitOf, correlations };
  });
}

/** @param counts How often each unit was drawn, shape [units]. */
function meanOf(samples: readonly PairSample[], counts: Int32Array): number {
  let sum = 0;
  for (const { side, correlations, unitOf } of samples) {
    const weights = unitOf.map((unit) => counts[unit] as number);
    side.weigh(weights);
    sum += correlations.figures(weights).spearman;
  }
  return sum / samples.length;
}
