import { tune } from "../analysis/tune/tune.ts";
import type { TUNE_RECIPES } from "../analysis/tune/tune-choices.ts";
import { writeWhole } from "../base/files.ts";
import { version } from "../base/version.ts";
import { tuneText } from "../present/terminal/tune-text.ts";
import { readRunTable } from "../run/read-run-table.ts";
import { openRunHidden } from "../run/run-hidden.ts";
import { formatWeights } from "../scoring/weights/format-weights.ts";
import type { Projection } from "../scoring/weights/projection.ts";
import { readWeights } from "../scoring/weights/read-weights.ts";
import { checkOutput } from "./check-output.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** Options of `lager tune`. */
export interface TuneCommandOptions {
  readonly output: string;
  readonly recipe?: (typeof TUNE_RECIPES)[number];
  readonly folds: number;
  readonly seed: number;
  readonly layers?: string;
  readonly projection?: Projection;
  readonly epochs?: number;
  readonly tuneBatch?: number;
  /** Path of a weights file. */
  readonly from?: string;
  readonly allowWorse?: boolean;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

/** `lager tune`: learns layer weights from run files, and says what they are worth. */
export async function tuneCommand(
  files: readonly string[],
  options: TuneCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  await checkOutput(options.output, options.force ?? false);
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const say = (text: string) =>
    status.update(
      () => text,
      () => text,
    );
  try {
    const from = options.from === undefined ? null : await readWeights(options.from);
    const table = await readRunTable(files, {
      signal,
      onCutLastLine: (error) => status.note(`note: ${error.message}`),
      onProgress: (lines) => say(`reading: ${lines} lines`),
    });
    await using hidden = options.recipe === "probe" ? await openRunHidden(table) : null;
    const weights = await tune(table, {
      version,
      folds: options.folds,
      seed: options.seed,
      signal,
      onPhase: say,
      allowWorse: options.allowWorse ?? false,
      ...(options.recipe !== undefined && { recipe: options.recipe }),
      ...(options.layers !== undefined && { layers: options.layers }),
      ...(options.projection !== undefined && { projection: options.projection }),
      ...(options.epochs !== undefined && { epochs: options.epochs }),
      ...(options.tuneBatch !== undefined && { batchSize: options.tuneBatch }),
      ...(from !== null && { from }),
      ...(hidden !== null && { hidden }),
    });
    await writeWhole(options.output, formatWeights(weights), "the weights file");
    status.clear();
    await writeStdout(tuneText(weights, { columns: process.stdout.columns ?? 100 }));
    status.note(`weights file: ${options.output}`);
    return EXIT.ok;
  } finally {
    status.clear();
  }
}
