import type { EvalResult } from "./eval-result.ts";

/** A result as `--json` prints it: everything but the items one by one. One line, no line end. */
export function evalJson(result: EvalResult): string {
  const { methods, criteria, pooled, comparisons, items, disagreements, ...rest } = result;
  // What a reader looks for comes first.
  return JSON.stringify({ methods, criteria, pooled, comparisons, ...rest });
}
