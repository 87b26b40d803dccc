import { compareCriteria } from "../analysis/compare/compare-criteria.ts";
import type {
  CriterionComparison,
  PairComparison,
  Standing,
} from "../analysis/compare/comparison-result.ts";
import { type PairedLines, pairLines } from "../analysis/compare/pair-records.ts";
import type { ScoredLine, System } from "../analysis/compare/read-systems.ts";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../analysis/eval/eval-choices.ts";
import { DEFAULT_LEVEL } from "../analysis/stats/estimate.ts";
import { lineName } from "../run/line-key.ts";
import type { RunFacts } from "./run-share.ts";

/** How two systems differ on a criterion: the second's scores less the first's. */
export interface SystemDifference {
  /** Null: the mean over the criteria. */
  readonly criterion: string | null;
  /** Pairs of records, or of instructions. */
  readonly n: number;
  /** Of the means, in the scale's units; null without a pair. */
  readonly value: number | null;
  /** Its 95 % interval; null until it has been computed, or where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs in which the second is higher, no more than the resolution apart, lower. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
}

/** All systems on the mean over the criteria, or on the only one; as `lager compare` has them. */
export interface SystemRanking {
  /** The highest mean first. */
  readonly standings: readonly Pick<Standing, "system" | "n" | "mean">[];
  /** Every pair, the second less the first. */
  readonly pairs: readonly Pick<
    PairComparison,
    "first" | "second" | "difference" | "pHolm" | "settled"
  >[];
}

/** Sets of answers in hand, side by side: the systems of a run, or two runs. */
export class SystemPairs {
  readonly #names: readonly string[];
  readonly #paired: PairedLines;
  /** Of each system its lines' numbers in its run. */
  readonly #linesOf: readonly Int32Array[];

  private constructor(systems: readonly System[], linesOf: readonly Int32Array[]) {
    this.#names = systems.map(({ name }) => name);
    this.#paired = pairLines(systems);
    this.#linesOf = linesOf;
  }

  /** The systems that a run's records name. @throws LagerError as `pairLines`. */
  static ofSystems(facts: RunFacts): SystemPairs {
    const linesOf = facts.systems.map((_, system) => linesWhere(facts, system));
    return new SystemPairs(
      facts.systems.map((name, system) => systemOf(facts, name, linesOf[system] ?? NO_LINES)),
      linesOf,
    );
  }

  /** Two runs. @throws LagerError as `pairLines`. */
  static ofRuns(first: RunFacts, second: RunFacts): SystemPairs {
    const linesOf = [linesWhere(first, null), linesWhere(second, null)];
    return new SystemPairs(
      [first, second].map((facts, i) => systemOf(facts, String(i), linesOf[i] ?? NO_LINES)),
      linesOf,
    );
  }

  /**
   * Compares two of them, by the code of `lager compare`.
   *
   * @param pair Their numbers.
   * @param scores Of the run of either, by line.
   * @param hasInterval Without intervals it takes some milliseconds.
   * @param rest Awaited between steps; what it throws ends the comparison.
   */
  async compare(
    [first, second]: readonly [number, number],
    scores: readonly [Float64Array, Float64Array],
    { hasInterval, rest }: { readonly hasInterval: boolean; readonly rest: () => Promise<void> },
  ): Promise<SystemDifference[]> {
    const { columnsOf, ...paired } = this.#paired;
    const all = this.#linesOf.map((lines, system) => {
      if (system !== first && system !== second) return null;
      return scoresAt(lines, system === first ? scores[0] : scores[1]);
    });
    const columns = columnsOf(all).map((scope) =>
      [scope[first], scope[second]].filter((column) => column !== undefined),
    );
    const { criteria, overall } = await compareCriteria(
      ["first", "second"],
      { ...paired, columns },
      {
        ...{ resamples: hasInterval ? DEFAULT_RESAMPLES : 1, seed: DEFAULT_SEED },
        ...{ level: DEFAULT_LEVEL, rest },
      },
    );
    const named = paired.criteria.map((name, i) => [name, criteria[i]] as const);
    return [...(overall === null ? [] : [[null, overall] as const]), ...named].map(
      ([criterion, own]) => differenceOf(criterion, own, hasInterval),
    );
  }

  /**
   * Compares all of them with each other: takes as long as `lager compare` with its resamples.
   *
   * @param scores By line of their run.
   * @param rest As for {@link compare}.
   */
  async rank(scores: Float64Array, rest: () => Promise<void>): Promise<SystemRanking> {
    const { columnsOf, ...paired } = this.#paired;
    const columns = columnsOf(this.#linesOf.map((lines) => scoresAt(lines, scores)));
    const { criteria, overall } = await compareCriteria(
      this.#names,
      { ...paired, columns },
      { resamples: DEFAULT_RESAMPLES, seed: DEFAULT_SEED, level: DEFAULT_LEVEL, rest },
    );
    const { leaderboard = [], pairs = [] } = overall ?? criteria[0] ?? {};
    return {
      standings: leaderboard.map(({ system, n, mean }) => ({ system, n, mean })),
      pairs: pairs.map(({ first, second, difference, pHolm, settled }) => {
        return { first, second, difference, pHolm, settled };
      }),
    };
  }
}

const NO_LINES = new Int32Array(0);

function differenceOf(
  criterion: string | null,
  comparison: CriterionComparison | undefined,
  hasInterval: boolean,
): SystemDifference {
  const { n = 0, difference, wins = 0, ties = 0, losses = 0 } = comparison ?? {};
  return {
    ...{ criterion, n, wins, ties, losses, value: difference?.value ?? null },
    low: hasInterval ? (difference?.low ?? null) : null,
    high: hasInterval ? (difference?.high ?? null) : null,
  };
}

function linesWhere({ lines, systemOf }: RunFacts, system: number | null): Int32Array {
  const own: number[] = [];
  for (let line = 0; line < lines; line++) {
    if (system === null || systemOf[line] === system) own.push(line);
  }
  return Int32Array.from(own);
}

function systemOf(facts: RunFacts, name: string, lines: Int32Array): System {
  const { responseLength, groupNames, groupOf, files, fileOf, header } = facts;
  return {
    ...{ name, files, header, failed: 0 },
    lines: Array.from(lines, (line): ScoredLine => {
      return {
        ...lineName(facts, line),
        score: Number.NaN,
        length: responseLength[line] as number,
        group: groupNames[groupOf[line] as number] ?? undefined,
        file: files[fileOf[line] as number] ?? "",
      };
    }),
  };
}

/** A run's lines have their scores as float32, and so `lager compare` reads them. */
function scoresAt(lines: Int32Array, scores: Float64Array): Float64Array {
  const own = new Float64Array(lines.length);
  for (let i = 0; i < own.length; i++) own[i] = Math.fround(scores[lines[i] as number] as number);
  return own;
}
