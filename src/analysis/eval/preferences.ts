import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import { bootstrapEstimate, type Estimate } from "../stats/estimate.ts";
import { bagRandom, drawResample, planResamples } from "../stats/resampling-plan.ts";
import type { ResamplingUnit } from "./eval-choices.ts";
import type { PreferenceAccuracy, PreferenceFigures } from "./eval-result.ts";
import type { MethodScores } from "./method.ts";

/** A pair on one criterion: the lines of its sides, −1 where one was not scored. */
interface Pair {
  /** What is drawn whole in a resample: all pairs of a group, or the pair; with all their criteria. */
  readonly unit: number;
  readonly criterion: number;
  readonly chosen: number;
  readonly rejected: number;
}

/** Record ids that the loader `preferences` makes of a pair. */
const SIDE = /^(.*):(chosen|rejected)$/s;

/**
 * How often each method gives the chosen response the higher score.
 *
 * @returns null unless the run's task reads preferences.
 */
export async function preferenceFigures(
  table: RunTable,
  methods: readonly MethodScores[],
  {
    unit,
    resamples,
    seed,
    pacer,
  }: { unit: ResamplingUnit; resamples: number; seed: number; pacer: Pacer },
): Promise<PreferenceFigures | null> {
  if (table.header.task.loader !== "preferences") return null;
  const { pairs, units } = pairsOf(table, unit);
  const scored = pairs.filter(({ chosen, rejected }) => chosen >= 0 && rejected >= 0);
  const accuracies = async (of: readonly Pair[]): Promise<PreferenceAccuracy[]> => {
    const found: PreferenceAccuracy[] = [];
    for (const method of methods) {
      found.push(accuracy(method, of, units, resamples, seed));
      await pacer.rest();
    }
    return found;
  };
  const criteria: [string, { methods: PreferenceAccuracy[] }][] = [];
  for (const [c, name] of table.criteria.entries()) {
    const own = scored.filter((pair) => pair.criterion === c);
    criteria.push([name, { methods: await accuracies(own) }]);
  }
  return {
    pairs: pairs.length,
    unscored: pairs.length - scored.length,
    methods: await accuracies(scored),
    criteria: Object.fromEntries(criteria),
  };
}

function pairsOf(table: RunTable, unit: ResamplingUnit): { pairs: Pair[]; units: number } {
  const numbers = new Map<string, number>();
  const sides = table.records.map((id) => {
    const [, pair, side] = SIDE.exec(id) ?? [];
    if (pair === undefined) return null;
    const number = numbers.get(pair) ?? numbers.size;
    numbers.set(pair, number);
    return { pair: number, isChosen: side === "chosen" };
  });
  const criteria = table.criteria.length;
  const lineOf = {
    chosen: new Int32Array(numbers.size * criteria).fill(-1),
    rejected: new Int32Array(numbers.size * criteria).fill(-1),
  };
  // A side without a group is one of its own: the pair then goes by its chosen side.
  const groupOf = new Int32Array(numbers.size).fill(-1);
  for (let line = 0; line < table.lines; line++) {
    const side = sides[table.recordOf[line] as number] ?? null;
    if (side === null) continue;
    const at = side.pair * criteria + (table.criterionOf[line] as number);
    if (side.isChosen || groupOf[side.pair] === -1) {
      groupOf[side.pair] = table.groupOf[line] as number;
    }
    lineOf[side.isChosen ? "chosen" : "rejected"][at] = line;
  }
  const units = new Map<number, number>();
  const unitOf = groupOf.map((group, pair) => {
    const key = unit === "group" && group !== -1 ? group : -1 - pair;
    const number = units.get(key) ?? units.size;
    units.set(key, number);
    return number;
  });
  const pairs = Array.from({ length: numbers.size * criteria }, (_, at) => ({
    unit: unitOf[Math.floor(at / criteria)] as number,
    criterion: at % criteria,
    chosen: lineOf.chosen[at] ?? -1,
    rejected: lineOf.rejected[at] ?? -1,
  }));
  return { pairs, units: units.size };
}

function accuracy(
  { method, scores }: MethodScores,
  pairs: readonly Pair[],
  units: number,
  resamples: number,
  seed: number,
): PreferenceAccuracy {
  /** Of each unit, what its pairs won (a tie is half), and how many they are. */
  const won = new Float64Array(units);
  const counted = new Float64Array(units);
  let n = 0;
  let ties = 0;
  for (const { unit, chosen, rejected } of pairs) {
    const margin = (scores[chosen] ?? Number.NaN) - (scores[rejected] ?? Number.NaN);
    if (Number.isNaN(margin)) continue;
    n++;
    if (margin === 0) ties++;
    won[unit] = (won[unit] as number) + (margin > 0 ? 1 : margin === 0 ? 0.5 : 0);
    counted[unit] = (counted[unit] as number) + 1;
  }
  return { method, accuracy: bootstrapped(won, counted, n, resamples, seed), n, ties };
}

/** The ratio of two sums over units, with the interval of a bootstrap that draws units. */
function bootstrapped(
  won: Float64Array,
  counted: Float64Array,
  n: number,
  resamples: number,
  seed: number,
): Estimate {
  if (n === 0) return { value: null, low: null, high: null, reason: "too-few-items" };
  const share = (counts: ArrayLike<number> | null): number => {
    let sum = 0;
    let total = 0;
    for (let unit = 0; unit < won.length; unit++) {
      const times = counts === null ? 1 : (counts[unit] as number);
      sum += times * (won[unit] as number);
      total += times * (counted[unit] as number);
    }
    return sum / total;
  };
  const value = share(null);
  const plan = planResamples(won.length, won.length, resamples, seed);
  const counts = new Int32Array(won.length);
  const deviations: number[] = [];
  for (const [number, bag] of plan.bags.entries()) {
    const inBag = new Int32Array(won.length);
    for (const unit of bag) inBag[unit] = 1;
    const whole = share(inBag);
    const random = bagRandom(seed, number);
    for (let i = 0; i < plan.resamplesPerBag; i++) {
      drawResample(bag, plan.draws, random, counts);
      deviations.push(share(counts) - whole);
    }
  }
  return bootstrapEstimate(value, deviations);
}
