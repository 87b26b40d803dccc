import { expandedLevel } from "../stats/expanded-level.ts";
import { resampleSums, type SumStatistic } from "../stats/resample-sums.ts";
import { planResamples } from "../stats/resampling-plan.ts";
import type { CriterionComparison, Standing } from "./comparison-result.ts";
import { estimateOf, type MeasuredPair, type PairOptions, pairFigures } from "./pair-figures.ts";
import type { PairedSystems, UnitColumn } from "./pair-records.ts";
import { meanStatistic, pairStatistic } from "./pair-sums.ts";

/** How systems are compared. */
export interface CompareCriteriaOptions extends PairOptions {
  readonly resamples: number;
  readonly seed: number;
  readonly rest: () => Promise<void>;
}

/** All figures of every criterion, and of the mean over the criteria. */
export interface ComparedCriteria {
  /** In the order of `PairedSystems.criteria`. */
  readonly criteria: readonly CriterionComparison[];
  readonly overall: CriterionComparison | null;
  /** Resamples of all bags. */
  readonly resamples: number;
}

/** Compares systems on each criterion and overall, all on the same resamples of groups. */
export async function compareCriteria(
  names: readonly string[],
  paired: PairedSystems,
  options: CompareCriteriaOptions,
): Promise<ComparedCriteria> {
  const { columns, units, groupCount, criteria } = paired;
  const overall = criteria.length > 1 ? names.map((_, i) => meanColumn(columns, i)) : null;
  const scopes = overall === null ? columns : [...columns, overall];
  const prepared: Prepared[] = [];
  for (const scope of scopes) {
    prepared.push(prepare(names, scope, paired));
    await options.rest();
  }
  const statistics = prepared.flatMap((scope) => [
    ...scope.standings.map(({ statistic }) => statistic),
    ...scope.pairs.map(({ statistic }) => statistic),
  ]);
  const plan = planResamples(groupCount, units.length, options.resamples, options.seed);
  const resampled = await resampleSums(statistics, plan, options);
  let next = 0;
  const take = () => resampled[next++] ?? { figures: [], deviations: [] };
  const figuresOf = ({ standings, pairs }: Prepared): CriterionComparison => {
    const board = standings.map(({ system, n, meanLength, statistic }): Standing => {
      const groups = statistic.columns[1]?.filter((count) => count > 0).length ?? 0;
      const mean = estimateOf(take(), 0, expandedLevel(options.level, groups));
      return { system, n, mean, meanLength };
    });
    const figures = pairFigures(
      pairs.map((pair): MeasuredPair => ({ ...pair, resampled: take() })),
      options,
    );
    const leaderboard = board.sort((a, b) => (b.mean.value ?? 0) - (a.mean.value ?? 0));
    return { ...(figures.length === 1 ? figures[0] : {}), leaderboard, pairs: figures };
  };
  const compared: CriterionComparison[] = [];
  for (const scope of prepared) {
    compared.push(figuresOf(scope));
    await options.rest();
  }
  return {
    criteria: compared.slice(0, criteria.length),
    overall: overall === null ? null : (compared.at(-1) ?? null),
    resamples: plan.bags.length * plan.resamplesPerBag,
  };
}

interface Prepared {
  readonly standings: readonly (Pick<Standing, "system" | "n" | "meanLength"> & {
    readonly statistic: SumStatistic;
  })[];
  readonly pairs: readonly (Omit<MeasuredPair, "resampled"> & {
    readonly statistic: SumStatistic;
  })[];
}

/** What is added up of one criterion. */
function prepare(
  names: readonly string[],
  columns: readonly UnitColumn[],
  { groupOf, groupCount }: PairedSystems,
): Prepared {
  const inAll = Uint8Array.from(columns[0]?.scores ?? [], (_, unit) =>
    columns.every(({ scores }) => !Number.isNaN(scores[unit])) ? 1 : 0,
  );
  const isShared = inAll.includes(1);
  const standings = columns.map(({ scores, lengths }, system) => {
    const own = scores.map((score, unit) => (isShared && inAll[unit] === 0 ? Number.NaN : score));
    const counted = lengths.filter((_, unit) => !Number.isNaN(own[unit]));
    const meanLength = counted.reduce((sum, length) => sum + length, 0) / counted.length;
    return {
      system: names[system] ?? "",
      n: counted.length,
      meanLength: Number.isNaN(meanLength) ? null : meanLength,
      statistic: meanStatistic(own, groupOf, groupCount),
    };
  });
  const pairs = columns.flatMap((first, i) =>
    columns.slice(i + 1).map((second, j) => {
      const statistic = pairStatistic(first, second, { groupOf, groupCount });
      const [counts = new Float64Array(0), sums = new Float64Array(0)] = statistic.columns;
      const columns = [first, second] as const;
      const systems = { first: names[i] ?? "", second: names[i + 1 + j] ?? "" };
      return { ...systems, columns, counts, sums, statistic };
    }),
  );
  return { standings, pairs };
}

/** A system's mean over the criteria, where it has all of them; lengths are the same for each. */
function meanColumn(columns: PairedSystems["columns"], system: number): UnitColumn {
  const own = columns.flatMap((scope) => scope[system] ?? []);
  const mean = (of: (column: UnitColumn) => Float64Array) =>
    Float64Array.from(
      own[0]?.scores ?? [],
      (_, unit) => own.reduce((sum, each) => sum + (of(each)[unit] as number), 0) / own.length,
    );
  return { scores: mean(({ scores }) => scores), lengths: mean(({ lengths }) => lengths) };
}
