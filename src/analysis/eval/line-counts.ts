import type { RunTable } from "../../run/run-table.ts";
import type { EvalCounts, LineCounts } from "./eval-result.ts";

/**
 * Lines of one criterion, counted. A record that failed as a whole has failed on every criterion of
 * the task.
 */
export function criterionCounts(table: RunTable, criterion: number): LineCounts {
  const failures: Record<string, number> = {};
  let failed = 0;
  for (const failure of table.failures) {
    if (failure.criterion !== null && failure.criterion !== criterion) continue;
    failures[failure.code] = (failures[failure.code] ?? 0) + 1;
    failed++;
  }
  let scored = 0;
  let evaluated = 0;
  for (let line = 0; line < table.lines; line++) {
    if (table.criterionOf[line] !== criterion) continue;
    scored++;
    if (!Number.isNaN(table.human[line])) evaluated++;
  }
  return {
    lines: scored + failed,
    scored,
    failed,
    failures,
    evaluated,
    withoutHuman: scored - evaluated,
  };
}

/** The whole run, counted: the sums over the criteria, and the records. */
export function runCounts(table: RunTable, criteria: readonly LineCounts[]): EvalCounts {
  const sum = (count: (criterion: LineCounts) => number): number =>
    criteria.reduce((total, criterion) => total + count(criterion), 0);
  const codes = new Set(criteria.flatMap(({ failures }) => Object.keys(failures)));
  return {
    records: table.records.length,
    failedRecords: table.failures.filter(({ criterion }) => criterion === null).length,
    lines: sum(({ lines }) => lines),
    scored: sum(({ scored }) => scored),
    failed: sum(({ failed }) => failed),
    failures: Object.fromEntries(
      [...codes].map((code) => [code, sum(({ failures }) => failures[code] ?? 0)]),
    ),
    evaluated: sum(({ evaluated }) => evaluated),
    withoutHuman: sum(({ withoutHuman }) => withoutHuman),
  };
}
