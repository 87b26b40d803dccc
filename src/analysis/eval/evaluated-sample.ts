import type { RunTable } from "../../run/run-table.ts";
import type { ResamplingUnit } from "./eval-choices.ts";

/** What the methods are compared on: the lines with a human score, and what they belong to. */
export interface EvaluatedSample {
  /** Lines with a human score, ascending. */
  readonly lines: Int32Array;
  /** The same by criterion, shape [criteria][…]. */
  readonly linesOf: readonly Int32Array[];
  /** Number of the resampling unit of each line, −1 without a human score; shape [lines]. */
  readonly unitOf: Int32Array;
  readonly unitCount: number;
  readonly unit: ResamplingUnit;
  /** Criteria that are averaged over: two lines or more, not all with the same human score. */
  readonly averaged: readonly number[];
}

/** The evaluated lines of a run. */
export function evaluatedSample(
  table: Pick<RunTable, "lines" | "human" | "criteria" | "criterionOf" | "recordOf" | "groupOf">,
  unit: ResamplingUnit,
): EvaluatedSample {
  const { human, criterionOf, criteria } = table;
  const all = Int32Array.from({ length: table.lines }, (_, line) => line);
  const lines = all.filter((line) => !Number.isNaN(human[line]));
  const linesOf = criteria.map((_, criterion) =>
    lines.filter((line) => criterionOf[line] === criterion),
  );
  const source = unit === "record" ? table.recordOf : table.groupOf;
  const unitOf = new Int32Array(table.lines).fill(-1);
  const units = new Map<number, number>();
  for (const line of lines) {
    const name = source[line] ?? -1;
    const known = units.get(name) ?? units.size;
    units.set(name, known);
    unitOf[line] = known;
  }
  const averaged = [...criteria.keys()].filter((criterion) => {
    const own = linesOf[criterion] ?? lines;
    return own.some((line) => human[line] !== human[own[0] as number]);
  });
  return { lines, linesOf, unitOf, unitCount: units.size, unit, averaged };
}
