import { checkArguments, PATHS } from "../../base/arguments.ts";
import { publicCall } from "../../base/public-call.ts";
import { type ReadRunTableOptions, readRunTable } from "../../run/read-run-table.ts";
import { openRunHidden } from "../../run/run-hidden.ts";
import { readWeights } from "../../scoring/weights/parse-weights.ts";
import type { Weights } from "../../scoring/weights/weights-format.ts";
import type { TuneOptions } from "./learn-weights.ts";
import { tune } from "./tune.ts";

/** How weights are learned from run files. */
export interface TuneRunsOptions
  extends Omit<TuneOptions, "from" | "hidden" | "signal">,
    ReadRunTableOptions {
  /** Path of weights that are shrunk toward. */
  readonly from?: string | undefined;
}

/**
 * Learns layer weights from run files, which are parts of one run; the recipe `probe` from the
 * hidden states beside them.
 *
 * @throws LagerError as `readRunTable`, `readWeights`, `openRunHidden` and {@link tune}.
 * @example
 * const weights = await tuneRuns(["run.jsonl"]);
 * await writeFile("weights.json", formatWeights(weights));
 */
export async function tuneRuns(
  files: readonly string[],
  options: TuneRunsOptions = {},
): Promise<Weights> {
  checkArguments("tuneRuns", { files: [files, PATHS] });
  return publicCall("tuneRuns", options, (own) => learnFrom(files, own));
}

async function learnFrom(files: readonly string[], options: TuneRunsOptions): Promise<Weights> {
  const from = options.from === undefined ? undefined : await readWeights(options.from);
  const table = await readRunTable(files, options);
  await using hidden = options.recipe === "probe" ? await openRunHidden(table) : undefined;
  // Awaited here: the hidden states are closed when this returns.
  return await tune(table, { ...options, from, hidden });
}
