import { checkOutput } from "./check-output.ts";
import { type EvaluationOptions, evaluateFiles } from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { checkFolder, writeCharts, writePage } from "./write-report.ts";

/** Options of `lager report`. */
export interface ReportOptions extends EvaluationOptions {
  readonly output: string;
  readonly svg?: boolean;
  readonly force?: boolean;
}

/** `lager report`: run files as one HTML page, or their charts as SVG files. */
export async function reportCommand(
  files: readonly string[],
  options: ReportOptions,
  signal: AbortSignal,
): Promise<number> {
  const { output, svg = false, force = false } = options;
  await (svg ? checkFolder(output, force) : checkOutput(output, force));
  const status = new StatusLine({ quiet: options.quiet ?? false });
  try {
    const results = await evaluateFiles(files, options, status, signal);
    await (svg ? writeCharts : writePage)(output, results, status, signal);
    return EXIT.ok;
  } finally {
    status.clear();
  }
}
