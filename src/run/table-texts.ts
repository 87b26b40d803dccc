import type { RecordTexts } from "../input/dataset/record.ts";
import { type LineNames, lineKey, lineName } from "./line-key.ts";
import type { FoundTexts, LineTexts } from "./line-texts.ts";
import type { RunTable } from "./run-table.ts";

/** The texts of a run's records, as a page holds them. It is plain JSON. */
export interface TableTexts {
  /** By index into the run's records; null of those that are not there. */
  readonly texts: readonly (RecordTexts | null)[];
  /** Of each line the first letter of its state (`LineTexts.state`), `-` without texts; of length [lines]. */
  readonly states: string;
  /** Why lines are without texts, in words; null where none is. */
  readonly missing: string | null;
}

/** What is known of a line's texts. It is plain JSON. */
export interface ViewedTexts {
  /** Null where there are none. */
  readonly found: LineTexts | null;
  /** Why there are none, in words; null where nobody knows. */
  readonly missing: string | null;
}

const STATES: Readonly<Record<string, LineTexts["state"]>> = {
  s: "same",
  c: "changed",
  u: "unknown",
};

/** @param found What was found in each of the run's files. */
export function tableTexts(
  table: LineNames & Pick<RunTable, "lines">,
  found: readonly FoundTexts[],
): TableTexts {
  const texts: (RecordTexts | null)[] = table.records.map(() => null);
  const states: string[] = [];
  for (let line = 0; line < table.lines; line++) {
    const record = table.recordOf[line] as number;
    const key = lineKey(lineName(table, line));
    const own = found.map(({ lines }) => lines.get(key)).find((each) => each !== undefined);
    if (own !== undefined) texts[record] ??= own.texts;
    states.push(own === undefined ? "-" : own.state.charAt(0));
  }
  const missing = found.map((each) => each.missing).find((reason) => reason !== null) ?? null;
  return { texts, states: states.join(""), missing };
}

/** The texts of one line. @param record Index of its record. */
export function textsOfLine(
  { texts, states, missing }: TableTexts,
  line: number,
  record: number,
): ViewedTexts {
  const own = texts[record];
  const state = STATES[states.charAt(line)];
  if (own === null || own === undefined || state === undefined) return { found: null, missing };
  return { found: { texts: own, state }, missing: null };
}
