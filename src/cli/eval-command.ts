import { evalJson } from "../analysis/eval/eval-json.ts";
import { type EvalBreakdown, evalText } from "../present/terminal/eval-text.ts";
import { checkOutput } from "./check-output.ts";
import { type EvaluationOptions, evaluateFiles } from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";
import { writePage } from "./write-report.ts";

/** Options of `lager eval`. */
export interface EvalOptions extends EvaluationOptions {
  readonly by?: EvalBreakdown;
  readonly json?: boolean;
  readonly html?: string;
  readonly force?: boolean;
}

/** `lager eval`: every method's agreement with the human scores in run files. */
export async function evalCommand(
  files: readonly string[],
  options: EvalOptions,
  signal: AbortSignal,
): Promise<number> {
  if (options.html !== undefined) await checkOutput(options.html, options.force ?? false);
  const status = new StatusLine({ quiet: options.quiet ?? false });
  try {
    const results = await evaluateFiles(files, options, status, signal);
    const columns = process.stdout.columns ?? 100;
    const texts = results.map((result) =>
      options.json === true
        ? `${evalJson(result)}\n`
        : evalText(result, { columns, by: options.by }),
    );
    await writeStdout(texts.join(options.json === true ? "" : "\n"));
    if (options.html !== undefined) await writePage(options.html, results, status, signal);
    return EXIT.ok;
  } finally {
    status.clear();
  }
}
