import type { RunTable } from "./run-table.ts";

/** What tells the lines of a run apart: a record, and the criterion that it was scored on. */
export interface LineName {
  readonly id: string;
  /** Null for the failure of a whole record. */
  readonly criterion: string | null;
}

/** The name as one text, for maps: no two names have the same. */
export function lineKey({ id, criterion }: LineName): string {
  return JSON.stringify([id, criterion]);
}

/** What names the lines of a table. */
export type LineNames = Pick<RunTable, "records" | "recordOf" | "criteria" | "criterionOf">;

/** The name of one line of a table, which holds no failures. */
export function lineName(
  { records, recordOf, criteria, criterionOf }: LineNames,
  line: number,
): { readonly id: string; readonly criterion: string } {
  return {
    id: records[recordOf[line] as number] ?? "",
    criterion: criteria[criterionOf[line] as number] ?? "",
  };
}

/** A table's lines by {@link lineKey}. */
export function linesByKey(table: LineNames & Pick<RunTable, "lines">): Map<string, number> {
  const lineOf = new Map<string, number>();
  for (let line = 0; line < table.lines; line++) lineOf.set(lineKey(lineName(table, line)), line);
  return lineOf;
}
