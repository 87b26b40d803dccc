import {
  checkArguments,
  objectOf,
  optional,
  optionsWith,
  PATHS,
  TEXT,
} from "../../base/arguments.ts";
import { publicCall } from "../../base/public-call.ts";
import { readRunTable } from "../../run/read-run-table.ts";
import { RUN_TABLE } from "../../run/run-shapes.ts";
import type { RunTable } from "../../run/run-table.ts";
import { WEIGHTS } from "../../scoring/weights/parse-weights.ts";
import type { EvalResult } from "./eval-result.ts";
import type { EvaluateOptions } from "./evaluate-table.ts";

/**
 * Evaluates one run against the human scores in it: every method from the same captured logits.
 *
 * @param files A run file, or several that are parts of one run.
 * @throws LagerError as {@link readRunTable} does; `WEIGHTS_MISMATCH`; `INVALID_ARGUMENT` when the
 *   run holds no scored line.
 */
export async function evaluateRun(
  files: readonly string[],
  options: EvaluateOptions = {},
): Promise<EvalResult> {
  checkArguments("evaluateRun", { files: [files, PATHS] });
  return publicCall("evaluateRun", options, async (own) =>
    evaluateTable(await readRunTable(files, own), own),
  );
}

const WEIGHTS_FILE = optional(objectOf({ file: TEXT, weights: WEIGHTS }));

/** Like {@link evaluateRun}, of a run that has been read. */
export async function evaluateTable(
  table: RunTable,
  options: EvaluateOptions = {},
): Promise<EvalResult> {
  checkArguments("evaluateTable", { table: [table, RUN_TABLE] });
  const work = async (own: EvaluateOptions): Promise<EvalResult> => {
    // Loaded when it is called: a program that only scores does not wait for the statistics.
    const { evaluation } = await import("./evaluate-table.ts");
    return evaluation(table, own);
  };
  return publicCall("evaluateTable", options, work, optionsWith({ weights: WEIGHTS_FILE }));
}
