import { sameJson } from "../base/json.ts";
import type { RunHeader } from "./run-format.ts";

/** Options that say how the machine worked, and not what a score means. */
const MACHINE_OPTIONS: ReadonlySet<string> = new Set([
  "contextSize",
  "batchSize",
  "threads",
  "flashAttention",
  "tiledAttention",
  "cpuFeatures",
  "gpuLayers",
  "kvType",
  "parallel",
]);

/**
 * Whether two files can be read as parts of one run: the same judge, task, labels and options, but
 * for those of the machine. Returns the dotted path of the first field that forbids it, or null.
 */
export function runPartDifference(left: RunHeader, right: RunHeader): string | null {
  if (left.judge.sha256 !== right.judge.sha256) return "judge.sha256";
  for (const field of ["labels", "values", "task"] as const) {
    if (!sameJson(left[field], right[field])) return field;
  }
  const names = new Set([...Object.keys(left.options), ...Object.keys(right.options)]);
  for (const name of names) {
    if (MACHINE_OPTIONS.has(name)) continue;
    if (!sameJson(left.options[name], right.options[name])) return `options.${name}`;
  }
  return null;
}
