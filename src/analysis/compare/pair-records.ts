import { LagerError } from "../../base/errors.ts";
import type { PairedBy } from "./compare-choices.ts";
import type { ScoredLine, System } from "./read-systems.ts";

/** A column of scores on one criterion: one system's, by unit. */
export interface UnitColumn {
  /** Mean score of the system's records of the unit, NaN where there is none; shape [units]. */
  readonly scores: Float64Array;
  /** Mean length of their responses, NaN where there is none or it is unknown; shape [units]. */
  readonly lengths: Float64Array;
}

/** Systems side by side: in a unit is what is compared with each other. */
export interface PairedSystems {
  readonly pairedBy: PairedBy;
  /** Ids or groups, sorted, so that it does not matter which system comes first. */
  readonly units: readonly string[];
  /** The group that each unit is drawn with, 0 … groupCount − 1; shape [units]. */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
  /** Criteria that all systems were scored on, in the task's order. */
  readonly criteria: readonly string[];
  /** Shape [criteria][systems]. */
  readonly columns: readonly (readonly UnitColumn[])[];
  /** Ids of a system's records in a unit. */
  readonly idsOf: (system: number, unit: number) => readonly string[];
}

/** The same before any scores: what is compared with each other. */
export interface PairedLines extends Omit<PairedSystems, "columns"> {
  /**
   * Columns of scores, which cost little: pairing has been done.
   *
   * @param scores Of each system, by line; shape [systems][lines]. Null: of this one no scores are asked.
   */
  readonly columnsOf: (scores: readonly (ArrayLike<number> | null)[]) => PairedSystems["columns"];
}

/**
 * Puts systems side by side: by id where records of the same id are of the same group (the same
 * instruction), else by group, as where each system's records have ids of their own.
 *
 * @throws LagerError `INVALID_ARGUMENT` when they have no record or no criterion in common.
 */
export function pairSystems(systems: readonly System[], wanted?: PairedBy): PairedSystems {
  const { columnsOf, ...paired } = pairLines(systems, wanted);
  const scores = systems.map(({ lines }) => lines.map(({ score }) => score));
  const columns = columnsOf(scores);
  requirePairs({ ...paired, columns }, systems);
  return { ...paired, columns };
}

/**
 * The first half of {@link pairSystems}, which looks at no score.
 *
 * @throws LagerError `INVALID_ARGUMENT` when they have no criterion in common.
 */
export function pairLines(systems: readonly System[], wanted?: PairedBy): PairedLines {
  const criteria = commonCriteria(systems);
  const pairedBy = wanted ?? choosePairing(systems);
  const keyOf = (line: ScoredLine): string =>
    pairedBy === "id" ? line.id : (line.group ?? `record ${line.id}`);
  const groupOfUnit = new Map<string, string>();
  for (const { lines } of systems) {
    for (const line of lines) {
      const key = keyOf(line);
      if (!groupOfUnit.has(key)) groupOfUnit.set(key, line.group ?? `record ${line.id}`);
    }
  }
  const units = [...groupOfUnit.keys()].sort();
  const unitOf = new Map(units.map((unit, index) => [unit, index]));
  const groups = new Map<string, number>();
  const groupOf = Int32Array.from(units, (unit) => {
    const group = groupOfUnit.get(unit) ?? "";
    const index = groups.get(group) ?? groups.size;
    groups.set(group, index);
    return index;
  });
  const place = (line: ScoredLine) => unitOf.get(keyOf(line)) ?? 0;
  const ids = systems.map(({ lines }) => idsByUnit(lines, place));
  const parts = criteria.map((criterion) =>
    systems.map(({ lines }) => partOf(lines, criterion, units.length, place)),
  );
  return {
    ...{ pairedBy, units, groupOf, groupCount: groups.size, criteria },
    columnsOf: (scores) =>
      parts.map((scope) =>
        scope.map((part, system) => {
          const own = scores[system] ?? null;
          const valueAt = (line: number) => own?.[line] as number;
          return {
            scores: own === null ? NO_SCORES : unitMeans(part, valueAt, units.length),
            lengths: part.lengths,
          };
        }),
      ),
    idsOf: (system: number, unit: number) => [...(ids[system]?.get(unit) ?? [])],
  };
}

const NO_SCORES = new Float64Array(0);

function commonCriteria(systems: readonly System[]): string[] {
  const [first, ...others] = systems.map(
    ({ lines }) => new Set(lines.map((line) => line.criterion)),
  );
  const known = systems[0]?.header.task.criteria.map(({ name }) => name) ?? [];
  const named = [...new Set([...known, ...(first ?? [])])].filter((name) => first?.has(name));
  const common = named.filter((name) => others.every((each) => each.has(name)));
  if (common.length > 0) return common;
  throw new LagerError(
    "INVALID_ARGUMENT",
    "the runs have no score on the same criterion: score them with the same task",
    { place: { file: systems[0]?.files[0] ?? "" } },
  );
}

/** By id, unless an id stands for different things in two systems, or none for one in both. */
function choosePairing(systems: readonly System[]): PairedBy {
  const groups = new Map<string, { readonly group: string | undefined; readonly system: number }>();
  let shared = 0;
  for (const [system, { lines }] of systems.entries()) {
    for (const { id, group } of lines) {
      const known = groups.get(id);
      if (known === undefined) groups.set(id, { group, system });
      else if (known.group !== group) return "group";
      else if (known.system !== system) shared++;
    }
  }
  return shared > 0 ? "id" : "group";
}

function idsByUnit(
  lines: readonly ScoredLine[],
  place: (line: ScoredLine) => number,
): Map<number, Set<string>> {
  const ids = new Map<number, Set<string>>();
  for (const line of lines) {
    const unit = place(line);
    const own = ids.get(unit) ?? new Set();
    own.add(line.id);
    ids.set(unit, own);
  }
  return ids;
}

/** The lines of one system on one criterion. */
interface SystemPart {
  /** Indices into the system's lines, ascending, and the unit of each. */
  readonly lines: Int32Array;
  readonly unitOf: Int32Array;
  readonly lengths: Float64Array;
}

function partOf(
  all: readonly ScoredLine[],
  criterion: string,
  units: number,
  place: (line: ScoredLine) => number,
): SystemPart {
  const own: number[] = [];
  for (const [index, line] of all.entries()) if (line.criterion === criterion) own.push(index);
  const lineAt = (index: number) => all[index] as ScoredLine;
  const part = {
    lines: Int32Array.from(own),
    unitOf: Int32Array.from(own, (index) => place(lineAt(index))),
  };
  return { ...part, lengths: unitMeans(part, (index) => lineAt(index).length, units) };
}

/** Mean of a system's values in each unit, NaN where it has none. */
function unitMeans(
  { lines, unitOf }: Pick<SystemPart, "lines" | "unitOf">,
  valueAt: (line: number) => number,
  units: number,
): Float64Array {
  const sums = new Float64Array(units);
  const counts = new Float64Array(units);
  for (const [i, line] of lines.entries()) {
    const unit = unitOf[i] as number;
    sums[unit] = (sums[unit] as number) + valueAt(line);
    counts[unit] = (counts[unit] as number) + 1;
  }
  return sums.map((sum, unit) => sum / (counts[unit] as number));
}

function requirePairs({ columns, pairedBy }: PairedSystems, systems: readonly System[]): void {
  if (systems.length < 2) return;
  const isShared = columns.some(([first, ...others]) =>
    first?.scores.some((_, unit) => {
      const scored = [first, ...others].filter(({ scores }) => !Number.isNaN(scores[unit]));
      return scored.length >= 2;
    }),
  );
  if (isShared) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the systems have no ${pairedBy === "id" ? "id" : "instruction"} in common: compare answers to ` +
      "the same instructions",
    { place: { file: systems[0]?.files[0] ?? "" } },
  );
}
