import { TUNE_DEFAULTS } from "../analysis/tune/tune-choices.ts";
import { writeWhole } from "../base/files.ts";
import { checkOutput } from "../base/output-checks.ts";
import { runInputs } from "../run/run-paths.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { RECIPES } from "../scoring/weights/weights-format.ts";
import { command, flag, oneOf, parsed, required, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { addFile, wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { terminalColumns, writeStdout } from "./terminal.ts";

const OPTIONS = [
  required(text("-o, --output <file>", "the weights file")),
  oneOf(
    "--recipe <name>",
    "ridge (default), kernel (the same, and radial basis functions), questions (of a checklist), lager " +
      "(the paper's), or probe (hidden states beside the run: score --capture hidden)",
    RECIPES,
  ),
  parsed("--folds <n>", "of the cross-validation", wholeNumber(2), TUNE_DEFAULTS.folds),
  parsed("--seed <n>", "of folds, order and resamples", wholeNumber(0), TUNE_DEFAULTS.seed),
  text("--layers <set>", "all, upper, window:0.6-0.8, or 5-20,24 (default: the run's)"),
  oneOf("--projection <kind>", "logits (default: the run's)", PROJECTIONS),
  parsed("--epochs <n>", "of the recipe lager (default: 2)", wholeNumber(1)),
  parsed("--tune-batch <rows>", "of the recipe lager (default: 4)", wholeNumber(1)),
  parsed(
    "--ratings <file>",
    "human scores by lager label, not the run's; may be given again",
    addFile,
  ),
  text("--from <weights>", "shrink toward these weights, as far as the labels allow"),
  flag("--allow-worse", "write weights that do worse than none, too"),
  flag("--force", "replace the weights file if it exists"),
  flag("-q, --quiet", "no progress and no notes"),
] as const;

export const tuneCommand = command({
  name: "tune",
  description: "Learn layer weights from the human scores in run files; no judge is needed.",
  arguments: [["<run...>", "run files; parts of one run are learned from as one"]],
  options: OPTIONS,
  async run([files], { output, force = false, quiet = false, ...options }, signal) {
    const read = [...runInputs(files), options.from, ...(options.ratings ?? [])];
    await checkOutput(output, force, read);
    const { tuneRuns } = await import("../analysis/tune/tune-runs.ts");
    const { formatWeights } = await import("../scoring/weights/weights-format.ts");
    const { tuneText } = await import("../present/terminal/tune-text.ts");
    const status = new StatusLine({ quiet });
    try {
      const weights = await tuneRuns(files, {
        ...options,
        ...{ batchSize: options.tuneBatch, signal },
        onPhase: status.show.bind(status),
        onCutLastLine: (error) => status.note(`note: ${error.message}`),
        onProgress: (lines) => status.show(`reading: ${lines} lines`),
      });
      await writeWhole(output, formatWeights(weights), "the weights file");
      status.clear();
      await writeStdout(tuneText(weights, { columns: terminalColumns() }));
      status.note(`weights file: ${output}`);
      return EXIT.ok;
    } finally {
      status.clear();
    }
  },
});
