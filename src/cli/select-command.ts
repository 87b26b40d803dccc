import { checkOutput } from "../base/output-checks.ts";
import { LINE_FIGURE_NAMES } from "../run/line-figures.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { DEFAULT_LAYERS } from "../scoring/weights/weighed-layers.ts";
import { COMBINATIONS } from "../workflows/select/result.ts";
import { command, flag, oneOf, parsed, required, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { FAILURE_OPTIONS } from "./failure-options.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { keepAmount, namedWeights, names, numberBetween, WEIGHED_LAYERS } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

const OPTIONS = [
  required(text("-o, --output <file>", "write the kept records, with their scores")),
  JUDGE,
  parsed("--keep <amount>", "a share such as 10%, or a number (default: 10%)", keepAmount),
  parsed("--aspects <names>", "some of the seven, separated by commas (default: all)", names),
  oneOf("--combine <how>", "the aspects into one score", COMBINATIONS, "mean"),
  parsed("--weights <list>", "of the aspects: accuracy=2,difficulty=0.5", namedWeights),
  oneOf("--figure <name>", "score of an aspect", LINE_FIGURE_NAMES, "score"),
  parsed("--similarity <share>", "near-duplicate from there on", numberBetween(0, 1), 0.7),
  flag("--keep-duplicates", "do not pass over near-duplicates"),
  text("--run <file>", "the run file, gone on with if it is there (default: OUTPUT.run.jsonl)"),
  text("--from-run <file>", "choose by a run that is finished; no judge is loaded"),
  flag("--force", "replace the output if it exists"),
  oneOf("--projection <kind>", "logits to aggregate", PROJECTIONS, "normed"),
  text("--layers <layers>", `${WEIGHED_LAYERS} (default: ${DEFAULT_LAYERS}); with --from-run too`),
  flag("--json", "the summary as one JSON object"),
  flag("-q, --quiet", "no progress and no notes"),
  ...FAILURE_OPTIONS,
  ...JUDGE_OPTIONS,
] as const;

export const selectCommand = command({
  name: "select",
  description: "Select instruction data: score it on seven aspects, and keep the best.",
  arguments: [["<data>", "Alpaca or ShareGPT records: .json, .jsonl, .csv or .parquet"]],
  options: OPTIONS,
  async run([data], { fromRun, force = false, json, quiet = false, ...options }, signal) {
    const { output } = options;
    await checkOutput(output, force);
    const { selectRecords } = await import("../workflows/select/select-records.ts");
    const { chooseAgainNote, selectText } = await import("../present/terminal/select-text.ts");
    const { shownLoading } = await import("./open-judge.ts");
    const { failureNote, resumedNote } = await import("../present/terminal/score-notes.ts");
    const { showRunProgress } = await import("./run-progress.ts");
    const status = new StatusLine({ quiet });
    const run = fromRun ?? options.run ?? `${output}.run.jsonl`;
    const result = await selectRecords(data, {
      ...options,
      ...{ run, signal, judge: fromRun === undefined ? options.judge : null },
      ...shownLoading(options.judge, status),
      onProgress: showRunProgress(status, "scoring"),
      onScored: ({ summary, resumed }) => {
        status.noteIfAny(resumedNote(resumed));
        status.noteIfAny(failureNote(summary));
      },
    }).finally(() => status.clear());
    await writeResult(result, json, selectText);
    status.note(`kept: ${output}`);
    if (fromRun === undefined) status.note(chooseAgainNote(data, run, output));
    return result.scored < result.records ? EXIT.someFailed : EXIT.ok;
  },
});
