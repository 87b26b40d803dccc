import { checkArguments, PATHS } from "../../base/arguments.ts";
import { publicCall } from "../../base/public-call.ts";
import { groupParts } from "../../run/group-parts.ts";
import type { EvalResult } from "./eval-result.ts";
import { evaluateRun } from "./evaluate-run.ts";
import type { EvaluateOptions } from "./evaluate-table.ts";

/**
 * Evaluates run files against the human scores in them. Files that are parts of one run (the same
 * judge, task, labels and options) are evaluated as one; others one after the other, in the order
 * of their first files.
 *
 * @throws LagerError as {@link evaluateRun} does.
 * @example
 * const [result] = await evaluateRuns(["run.jsonl"]);
 * for (const { method, spearman } of result.methods) console.log(method, spearman.value);
 */
export async function evaluateRuns(
  files: readonly string[],
  options: EvaluateOptions = {},
): Promise<EvalResult[]> {
  checkArguments("evaluateRuns", { files: [files, PATHS] });
  return publicCall("evaluateRuns", options, async (own) => {
    const results: EvalResult[] = [];
    for (const parts of await groupParts(files)) results.push(await evaluateRun(parts, own));
    return results;
  });
}
