import {
  DEFAULT_RESAMPLES,
  DEFAULT_SEED,
  DEFAULT_UNIT,
  RESAMPLING_UNITS,
} from "../analysis/eval/eval-choices.ts";
import type { EvalResult } from "../analysis/eval/eval-result.ts";
import type { EvaluateOptions } from "../analysis/eval/evaluate-table.ts";
import type { ReadRunTableOptions } from "../run/read-run-table.ts";
import { runInputs } from "../run/run-paths.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { flag, type OptionValues, oneOf, parsed, text } from "./command.ts";
import { addFile, WEIGHED_LAYERS, weighedSpec, wholeNumber } from "./option-values.ts";
import type { StatusLine } from "./status-line.ts";

/** Options of every command that evaluates run files. */
export const EVALUATION_OPTIONS = [
  text("-w, --weights <file>", "learned weights, as the method lager-tuned"),
  parsed(
    "--ratings <file>",
    "human scores by lager label, not the run's; may be given again",
    addFile,
  ),
  parsed("--resamples <n>", "of the intervals", wholeNumber(1), DEFAULT_RESAMPLES),
  oneOf("--resample-by <unit>", "what is drawn whole", RESAMPLING_UNITS, DEFAULT_UNIT),
  parsed("--seed <n>", "of the resamples and folds", wholeNumber(0), DEFAULT_SEED),
  flag("-q, --quiet", "no progress and no notes on standard error"),
] as const;

/** Layers that are evaluated beside the others. */
export const CHOSEN_LAYERS = [
  parsed("--layers <layers>", `as the method chosen: ${WEIGHED_LAYERS}`, weighedSpec),
  oneOf("--projection <name>", "logits that --layers reads (default: normed)", PROJECTIONS),
] as const;

export type EvaluationOptions = OptionValues<typeof EVALUATION_OPTIONS>;
type ChosenLayers = OptionValues<typeof CHOSEN_LAYERS>;

/** All files that an evaluation reads. */
export function evaluatedInputs(
  files: readonly string[],
  { weights, ratings = [] }: EvaluationOptions,
): string[] {
  return [...runInputs(files), ...(weights === undefined ? [] : [weights]), ...ratings];
}

/** Evaluates run files, and says on the status line how far it is. */
export async function evaluateFiles(
  files: readonly string[],
  options: EvaluationOptions & ChosenLayers,
  status: StatusLine,
  signal: AbortSignal,
): Promise<EvalResult[]> {
  const { evaluateRuns } = await import("../analysis/eval/evaluate-runs.ts");
  const results = await evaluateRuns(files, {
    ...(await evaluateOptions(options)),
    ...readOptions(options, status, signal),
  });
  status.clear();
  return results;
}

/** What command-line options say of how runs are evaluated. */
export async function evaluateOptions(
  options: EvaluationOptions & ChosenLayers,
): Promise<EvaluateOptions> {
  const { weights: file, layers, projection, resamples, seed, resampleBy: unit } = options;
  const { readWeights } = await import("../scoring/weights/parse-weights.ts");
  return {
    ...(file !== undefined && { weights: { file, weights: await readWeights(file) } }),
    ...{ layers, projection, resamples, seed, unit },
  };
}

/** How runs are read, with the status line saying how far it is. */
export function readOptions(
  { ratings }: { readonly ratings?: readonly string[] | undefined },
  status: StatusLine,
  signal: AbortSignal,
): ReadRunTableOptions {
  return {
    ratings,
    signal,
    onCutLastLine: (error) => status.note(`note: ${error.message}`),
    onProgress: (lines) => status.show(`reading: ${lines} lines`),
  };
}
