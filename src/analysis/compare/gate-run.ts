import {
  checkArguments,
  listOf,
  NUMBER,
  objectOf,
  oneOf,
  optional,
  optionsWith,
  orNull,
  PATH,
  TEXT,
} from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { didYouMean } from "../../base/nearest-name.ts";
import { Pacer } from "../../base/pacer.ts";
import { publicCall } from "../../base/public-call.ts";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../eval/eval-choices.ts";
import type { Estimate } from "../stats/estimate.ts";
import { expandedLevel } from "../stats/expanded-level.ts";
import { resampleSums, type SumStatistic } from "../stats/resample-sums.ts";
import { planResamples } from "../stats/resampling-plan.ts";
import { requireCount, requireSameScale } from "./compare-systems.ts";
import { comparisonNotes } from "./comparison-notes.ts";
import { FIGURE_SHAPE, figureName, requireOneFigure } from "./figure-choice.ts";
import {
  GATE_UNDECIDED,
  GATES_ON,
  type GateCheck,
  type GateLimit,
  type GateOn,
  type GateResult,
  type GateUndecided,
  letsThrough,
} from "./gate-result.ts";
import { meanTest, moreNeeded } from "./mean-test.ts";
import { estimateOf } from "./pair-figures.ts";
import { type PairedSystems, pairSystems } from "./pair-records.ts";
import { meanStatistic, pairStatistic } from "./pair-sums.ts";
import { type ReadSystemOptions, readSystem, type System } from "./read-systems.ts";

/** What a run must keep to. */
export interface GateOptions extends ReadSystemOptions {
  /** Least means. */
  readonly min?: readonly GateLimit[] | undefined;
  /** The run that it is compared with. */
  readonly baseline?: string | undefined;
  /** How much means may be below the baseline's. */
  readonly maxDrop?: readonly GateLimit[] | undefined;
  /** Lines that may have failed. Default: any number. */
  readonly maxFailures?: number | undefined;
  /** Default: `interval`: the gate is passed when all of the interval keeps to the limit. */
  readonly on?: GateOn | undefined;
  /** What to do where the interval holds the limit. Default: `fail`. */
  readonly undecided?: GateUndecided | undefined;
  /** Resamples for the intervals. Default: 1000. */
  readonly resamples?: number | undefined;
  /** Of the resamples. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is measured for a limit: a mean, or a difference of means. */
interface Measure {
  readonly kind: "min" | "max-drop";
  readonly criterion: string;
  readonly limit: GateLimit;
  readonly statistic: SumStatistic;
  /** Sums and counts by group. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/**
 * Decides whether a run is good enough: whether its means are not below their limits, and have not
 * dropped too far below those of a baseline, which is compared pair by pair. It is decided on bootstrap
 * intervals, so that a gate is not passed, and nobody held up, by chance.
 *
 * @throws LagerError `INVALID_ARGUMENT` when no limit is given, a criterion is not in the run, or runs
 *   have nothing in common; as reading runs does.
 * @example
 * const { passed } = await gateRun("run.jsonl", {
 *   min: [{ criterion: "accuracy", limit: 3.5, level: 0.95 }],
 * });
 */
export async function gateRun(file: string, options: GateOptions = {}): Promise<GateResult> {
  checkArguments("gateRun", { file: [file, PATH] });
  return publicCall("gateRun", options, (own) => gateFile(file, own), SHAPE);
}

const LIMITS = optional(
  listOf(objectOf({ criterion: orNull(TEXT), limit: NUMBER, level: NUMBER })),
);

const SHAPE = optionsWith({
  ...{ min: LIMITS, maxDrop: LIMITS, baseline: optional(PATH) },
  ...{ on: optional(oneOf(GATES_ON)), undecided: optional(oneOf(GATE_UNDECIDED)) },
  ...FIGURE_SHAPE,
});

async function gateFile(file: string, options: GateOptions): Promise<GateResult> {
  const { min = [], maxDrop = [], maxFailures, baseline, on = "interval" } = options;
  const { undecided = "fail", resamples = DEFAULT_RESAMPLES, seed = DEFAULT_SEED } = options;
  requireCount("resample", resamples);
  requireLimits(options);
  requireOneFigure(options);
  const pacer = new Pacer(options.signal, "the gate");
  const run = await readSystem(file, options, pacer);
  const checks: GateCheck[] = maxFailures === undefined ? [] : [failureCheck(run, maxFailures)];
  const notes: string[] = [];
  const how = { resamples, seed, on, pacer };
  if (min.length > 0) {
    const alone = pairSystems([run], "id");
    checks.push(...(await decide(meanMeasures(alone, min), alone, how)));
  }
  if (baseline !== undefined) {
    const systems = [await readSystem(baseline, options, pacer), run];
    requireSameScale(systems);
    const paired = pairSystems(systems);
    checks.push(...(await decide(dropMeasures(paired, maxDrop), paired, how)));
    notes.push(...comparisonNotes(systems, paired, options));
  } else if (run.failed > 0) {
    notes.push(`${run.failed} lines of the run have no score, and are in no mean.`);
  }
  return {
    ...{ kind: "gate", schema: 1, run: file, baseline: baseline ?? null },
    figure: figureName(options),
    passed: checks.every((check) => letsThrough(check, undecided)),
    ...{ on, undecided, checks, notes },
  };
}

function requireLimits({ min, maxDrop, baseline, maxFailures }: GateOptions): void {
  for (const { limit, level } of [...(min ?? []), ...(maxDrop ?? [])]) {
    if (Number.isFinite(limit) && level > 0 && level < 1) continue;
    const what = `a limit is a number, at a level between 0 and 1: not ${limit} at ${level}`;
    throw new LagerError("INVALID_ARGUMENT", what);
  }
  const hasDrop = (maxDrop?.length ?? 0) > 0;
  if (hasDrop !== (baseline !== undefined)) {
    const what = hasDrop
      ? "a drop is from a baseline: name its run with --baseline"
      : "a baseline is for --max-drop: say how much the run may be below it";
    throw new LagerError("INVALID_ARGUMENT", what);
  }
  if (hasDrop || (min?.length ?? 0) > 0 || maxFailures !== undefined) return;
  const what = "a gate has a limit: --min, --baseline with --max-drop, or --max-failures";
  throw new LagerError("INVALID_ARGUMENT", what);
}

function meanMeasures(alone: PairedSystems, limits: readonly GateLimit[]): Measure[] {
  return measured(alone, limits).map(({ criterion, limit, index }) => {
    const scores = alone.columns[index]?.[0]?.scores ?? new Float64Array(0);
    const statistic = meanStatistic(scores, alone.groupOf, alone.groupCount);
    const [sums = new Float64Array(0), counts = new Float64Array(0)] = statistic.columns;
    return { kind: "min", criterion, limit, statistic, sums, counts };
  });
}

function dropMeasures(paired: PairedSystems, limits: readonly GateLimit[]): Measure[] {
  return measured(paired, limits).flatMap(({ criterion, limit, index }) => {
    const [before, after] = paired.columns[index] ?? [];
    if (before === undefined || after === undefined) return [];
    const statistic = pairStatistic(before, after, paired);
    const [counts = new Float64Array(0), sums = new Float64Array(0)] = statistic.columns;
    return { kind: "max-drop" as const, criterion, limit, statistic, sums, counts };
  });
}

/** The criteria that limits are for, each with the one that counts for it. */
function measured(
  { criteria }: PairedSystems,
  limits: readonly GateLimit[],
): { readonly criterion: string; readonly limit: GateLimit; readonly index: number }[] {
  const unknown = limits.find(
    ({ criterion }) => criterion !== null && !criteria.includes(criterion),
  );
  if (unknown !== undefined) {
    const name = unknown.criterion ?? "";
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the run has no score on a criterion ${JSON.stringify(name)}.${didYouMean(name, criteria)} ` +
        `It has ${criteria.join(", ")}`,
    );
  }
  return criteria.flatMap((criterion, index) => {
    const limit =
      limits.findLast((each) => each.criterion === criterion) ??
      limits.findLast((each) => each.criterion === null);
    return limit === undefined ? [] : [{ criterion, limit, index }];
  });
}

async function decide(
  measures: readonly Measure[],
  { groupCount, units }: PairedSystems,
  how: {
    readonly resamples: number;
    readonly seed: number;
    readonly on: GateOn;
    readonly pacer: Pacer;
  },
): Promise<GateCheck[]> {
  const plan = planResamples(groupCount, units.length, how.resamples, how.seed);
  const rest = () => how.pacer.rest();
  const statistics = measures.map(({ statistic }) => statistic);
  const resampled = await resampleSums(statistics, plan, { seed: how.seed, rest });
  return measures.map((measure, i) => {
    const { kind, criterion, sums, counts, limit } = measure;
    const least = kind === "min" ? limit.limit : -limit.limit;
    const test = meanTest(sums, counts, least);
    const share = expandedLevel(limit.level, test.df + 1);
    const estimate = estimateOf(resampled[i] ?? { figures: [], deviations: [] }, 0, share);
    const outcome = outcomeOf(estimate, least, how.on);
    const n = counts.reduce((sum, count) => sum + count, 0);
    const moreRecords = outcome === "undecided" ? moreNeeded(test, n, 1 - limit.level) : null;
    return {
      ...{ kind, criterion, limit: limit.limit, level: limit.level },
      ...{ estimate, n, outcome, moreRecords },
    };
  });
}

/** @param least What the figure must not be below. */
function outcomeOf(
  { value, low, high }: Estimate,
  least: number,
  on: GateOn,
): GateCheck["outcome"] {
  if (value === null) return "failed";
  if (on === "mean") return value >= least ? "passed" : "failed";
  if (low === null || high === null) return "undecided";
  if (low >= least) return "passed";
  return high < least ? "failed" : "undecided";
}

function failureCheck({ failed, lines }: System, limit: number): GateCheck {
  return {
    ...{ kind: "failures", criterion: null, limit, level: 1 },
    estimate: { value: failed, low: null, high: null },
    n: lines.length + failed,
    outcome: failed <= limit ? "passed" : "failed",
    moreRecords: null,
  };
}
