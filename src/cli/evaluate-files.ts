import type { EvalResult } from "../analysis/eval/eval-result.ts";
import { evaluateRuns } from "../analysis/eval/evaluate-runs.ts";
import type { ResamplingUnit } from "../analysis/eval/evaluated-sample.ts";
import { readWeights } from "../scoring/weights/read-weights.ts";
import type { StatusLine } from "./status-line.ts";

/** Options of every command that evaluates run files. */
export interface EvaluationOptions {
  readonly weights?: string;
  readonly resamples: number;
  readonly resampleBy: ResamplingUnit;
  readonly seed: number;
  readonly quiet?: boolean;
}

/** Evaluates run files, and says on the status line how far it is. */
export async function evaluateFiles(
  files: readonly string[],
  options: EvaluationOptions,
  status: StatusLine,
  signal: AbortSignal,
): Promise<EvalResult[]> {
  const reading = (lines: number) => () => `reading: ${lines} lines`;
  const results = await evaluateRuns(files, {
    ...(options.weights !== undefined && {
      weights: { file: options.weights, weights: await readWeights(options.weights) },
    }),
    resamples: options.resamples,
    seed: options.seed,
    unit: options.resampleBy,
    signal,
    onCutLastLine: (error) => status.note(`note: ${error.message}`),
    onProgress: (lines) => status.update(reading(lines), reading(lines)),
  });
  status.clear();
  return results;
}
