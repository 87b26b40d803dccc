import { sameJson } from "../base/json.ts";
import type { RunHeader } from "./run-format.ts";

/**
 * Whether two files can be read as parts of one run: the same judge, task, labels and options; the
 * machine may be another. Returns the dotted path of the first field that forbids it, or null.
 */
export function runPartDifference(left: RunHeader, right: RunHeader): string | null {
  if (left.judge.sha256 !== right.judge.sha256) return "judge.sha256";
  for (const field of ["labels", "values", "labelTokens", "task"] as const) {
    if (!sameJson(left[field], right[field])) return field;
  }
  const ours: Readonly<Record<string, unknown>> = { ...left.options };
  const theirs: Readonly<Record<string, unknown>> = { ...right.options };
  for (const name of Object.keys({ ...ours, ...theirs })) {
    if (!sameJson(ours[name], theirs[name])) return `options.${name}`;
  }
  return null;
}
