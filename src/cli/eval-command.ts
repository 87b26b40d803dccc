import { evalJson } from "../eval/eval-json.ts";
import { evaluateRuns } from "../eval/evaluate-runs.ts";
import type { ResamplingUnit } from "../eval/evaluated-sample.ts";
import { type EvalBreakdown, evalText } from "../report/eval-text.ts";
import { readWeights } from "../weights/read-weights.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** Options of `lager eval`. */
export interface EvalOptions {
  readonly weights?: string;
  readonly by?: EvalBreakdown;
  readonly resamples: number;
  readonly resampleBy: ResamplingUnit;
  readonly seed: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `lager eval`: every method's agreement with the human scores in run files. */
export async function evalCommand(
  files: readonly string[],
  options: EvalOptions,
  signal: AbortSignal,
): Promise<number> {
  const status = new StatusLine({ quiet: options.quiet ?? false });
  try {
    const results = await evaluateRuns(files, {
      ...(options.weights !== undefined && {
        weights: { file: options.weights, weights: await readWeights(options.weights) },
      }),
      resamples: options.resamples,
      seed: options.seed,
      unit: options.resampleBy,
      signal,
      onCutLastLine: (error) => status.note(`note: ${error.message}`),
      onProgress: (lines) =>
        status.update(
          () => `reading: ${lines} lines`,
          () => `reading: ${lines} lines`,
        ),
    });
    status.clear();
    const columns = process.stdout.columns ?? 100;
    const texts = results.map((result) =>
      options.json === true
        ? `${evalJson(result)}\n`
        : evalText(result, { columns, by: options.by }),
    );
    await writeStdout(texts.join(options.json === true ? "" : "\n"));
    return EXIT.ok;
  } finally {
    status.clear();
  }
}
