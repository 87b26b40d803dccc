import { checkArguments, oneOf, optional, optionsWith, PATHS } from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { Pacer } from "../../base/pacer.ts";
import { publicCall } from "../../base/public-call.ts";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../eval/eval-choices.ts";
import { DEFAULT_LEVEL } from "../stats/estimate.ts";
import {
  DEFAULT_MOVERS,
  PAIRED_BY,
  type PairedBy,
  SYSTEMS_BY,
  type SystemsBy,
} from "./compare-choices.ts";
import { compareCriteria } from "./compare-criteria.ts";
import { comparisonNotes } from "./comparison-notes.ts";
import type { SystemComparison } from "./comparison-result.ts";
import { FIGURE_SHAPE, figureName, requireOneFigure } from "./figure-choice.ts";
import { findMovers, withTexts } from "./movers.ts";
import { pairSystems } from "./pair-records.ts";
import { type ReadSystemOptions, readSystems, type System } from "./read-systems.ts";

/** How systems are compared. */
export interface CompareSystemsOptions extends ReadSystemOptions {
  /** `run` (default): each file is a system. `system`: each `system_id` of the files' records is. */
  readonly by?: SystemsBy | undefined;
  /** Default: by id where the ids stand for the same instructions, else by group. */
  readonly pairBy?: PairedBy | undefined;
  /** Differences up to this are ties, in the scale's units. Default: a tenth of the scores' spread. */
  readonly tie?: number | undefined;
  /** Resamples for the intervals. Default: 1000. */
  readonly resamples?: number | undefined;
  /** Of the resamples. Default: 42. */
  readonly seed?: number | undefined;
  /** Of the intervals, 0…1. Default: 0.95. */
  readonly level?: number | undefined;
  /** Records that moved most. Default: 10. */
  readonly movers?: number | undefined;
  /** The data with the movers' texts. Default: what each run names. */
  readonly data?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares sets of answers that were scored: two runs or more, or the systems of one run. No human score
 * is needed, and no judge.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two systems, or they have no record or
 *   criterion in common, or other scales; `ABORTED`, and as reading runs and data does.
 * @example
 * const { criteria } = await compareSystems(["before.jsonl", "after.jsonl"]);
 * console.log(criteria.accuracy?.difference); // { value, low, high }: after less before
 */
export async function compareSystems(
  files: readonly string[],
  options: CompareSystemsOptions = {},
): Promise<SystemComparison> {
  checkArguments("compareSystems", { files: [files, PATHS] });
  return publicCall("compareSystems", options, (own) => compareFiles(files, own), SHAPE);
}

const SHAPE = optionsWith({
  by: optional(oneOf(SYSTEMS_BY)),
  pairBy: optional(oneOf(PAIRED_BY)),
  ...FIGURE_SHAPE,
});

async function compareFiles(
  files: readonly string[],
  options: CompareSystemsOptions,
): Promise<SystemComparison> {
  const { resamples = DEFAULT_RESAMPLES, seed = DEFAULT_SEED, level = DEFAULT_LEVEL } = options;
  requireCount("resample", resamples);
  if (!(level > 0 && level < 1)) {
    throw new LagerError("INVALID_ARGUMENT", `a level lies between 0 and 1, and is not ${level}`);
  }
  const { tie, movers: wanted = DEFAULT_MOVERS } = options;
  if (!((tie ?? 0) >= 0)) {
    throw new LagerError("INVALID_ARGUMENT", `a tie is not narrower than 0, as ${tie} is`);
  }
  requireCount("mover", wanted, 0);
  requireOneFigure(options);
  const pacer = new Pacer(options.signal, "the comparison");
  const systems = await readSystems(files, options.by ?? "run", options, pacer);
  requireSameScale(systems);
  const names = systems.map(({ name }) => name);
  const paired = pairSystems(systems, options.pairBy);
  const rest = () => pacer.rest();
  const how = { resamples, seed, level, tie, rest };
  const { criteria, overall, resamples: made } = await compareCriteria(names, paired, how);
  const found = findMovers(names, paired, wanted);
  const { movers, missing } = await withTexts(found, systems, options);
  return {
    ...{ kind: "comparison", schema: 1, figure: figureName(options) },
    systems: systems.map(({ name, files, header, lines, failed }) => ({
      ...{ name, files, judge: header.judge.name, lines: lines.length, failed },
    })),
    criteria: Object.fromEntries(
      paired.criteria.map((name, i) => [name, criteria[i]] as const),
    ) as SystemComparison["criteria"],
    overall,
    movers,
    pairedBy: paired.pairedBy,
    bootstrap: { seed, resamples: made, groups: paired.groupCount, level },
    notes: [...comparisonNotes(systems, paired, options), ...missing],
  };
}

/** @throws LagerError `INVALID_ARGUMENT` */
export function requireCount(what: string, count: number, least = 1): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new LagerError("INVALID_ARGUMENT", `there are ${least} ${what}s or more, not ${count}`);
}

/** Differences of scores on two scales mean nothing. */
export function requireSameScale(systems: readonly System[]): void {
  const [first, ...others] = systems;
  const scale = (system: System | undefined) => system?.header.values.join(", ");
  const other = others.find((each) => scale(each) !== scale(first));
  if (other === undefined) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the runs have other scales (${scale(first)}, and ${scale(other)}): score them with one task`,
    { place: { file: other.files[0] ?? "" } },
  );
}
