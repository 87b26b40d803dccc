import path from "node:path";
import { TUNE_DEFAULTS } from "../analysis/tune/tune-choices.ts";
import { writeWhole } from "../base/files.ts";
import { CONDITIONS, type Condition, SCORE_POSITIONS } from "../input/task/condition.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { DEFAULT_LAYERS } from "../scoring/weights/weighed-layers.ts";
import { RECIPES } from "../scoring/weights/weights-format.ts";
import type { BenchProgress } from "../workflows/bench/bench-options.ts";
import type { BenchResult, BenchRow } from "../workflows/bench/result.ts";
import { command, oneOf, parsed, severalOf, text } from "./command.ts";
import { EVALUATION_OPTIONS } from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { FAILURE_OPTIONS } from "./failure-options.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { WEIGHED_LAYERS, wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./terminal.ts";

const OPTIONS = [
  JUDGE,
  text("-o, --output <folder>", "made, or gone on with (default: bench-TASK)"),
  severalOf("--condition <list>", "one, or several separated by commas", CONDITIONS, [
    "prefill",
  ] satisfies Condition[]),
  parsed("--max-tokens <n>", "the condition reasoning may write (256)", wholeNumber(1)),
  oneOf("--score-position <rule>", "score in what the judge wrote", SCORE_POSITIONS),
  text("--tune-on <data>", "learn weights on other data (default: on <data>, in folds)"),
  oneOf(
    "--recipe <name>",
    "how weights are learned (default: ridge)",
    // A benchmark captures no hidden states.
    RECIPES.filter((recipe) => recipe !== "probe"),
  ),
  parsed("--folds <n>", "of the cross-validation", wholeNumber(2), TUNE_DEFAULTS.folds),
  parsed("--limit <records>", "only the first records of each file", wholeNumber(1)),
  oneOf("--projection <kind>", "logits to aggregate", PROJECTIONS, "normed"),
  text("--layers <layers>", `${WEIGHED_LAYERS} (default: ${DEFAULT_LAYERS})`),
  ...FAILURE_OPTIONS,
  ...JUDGE_OPTIONS,
  ...EVALUATION_OPTIONS,
] as const;

export const benchCommand = command({
  name: "bench",
  description: "Score, tune, evaluate and report a task in several conditions, in one folder.",
  arguments: [
    ["<task>", "name of a built-in task, or a task file"],
    ["<data>", "a .jsonl, .json, .csv or .parquet file"],
  ],
  options: OPTIONS,
  async run([task, data], { condition, resampleBy, quiet = false, ...options }, signal) {
    const { bench } = await import("../workflows/bench/bench.ts");
    const { writeReport } = await import("../present/page/page-files.ts");
    const { shownLoading } = await import("./open-judge.ts");
    const status = new StatusLine({ quiet });
    try {
      const result = await bench(task, data, {
        ...options,
        ...{ signal, conditions: condition, unit: resampleBy },
        ...shownLoading(options.judge, status),
        onProgress: await progressShower(status),
        writeReport: async (file, results) => {
          status.show("drawing");
          await writeReport(file, results, { command: "lager bench", signal });
          status.note(`report: ${file}`);
        },
      });
      await writeTables(result);
      status.note(`benchmark: ${result.folder}`);
      return result.rows.some(hasFailures) ? EXIT.someFailed : EXIT.ok;
    } finally {
      status.clear();
    }
  },
});

async function progressShower(status: StatusLine): Promise<(now: BenchProgress) => void> {
  const { showRunProgress } = await import("./run-progress.ts");
  const { resumedNote } = await import("../present/terminal/score-notes.ts");
  return (now) => {
    if (now.step === "score") showRunProgress(status, now.run)(now.progress);
    else if (now.step === "scored") {
      const note = resumedNote(now.resumed);
      if (note !== null) status.note(`${now.run}: ${note}`);
    } else if (now.step === "tune") status.show(`${now.condition}: ${now.phase}`);
    else status.show(`reading: ${now.lines} lines`);
  };
}

/** Writes the table into the folder, as Markdown and CSV, and prints it. */
async function writeTables({ task, judge, folder, rows }: BenchResult): Promise<void> {
  const { benchCsv, benchMarkdown } = await import("../present/terminal/bench-table.ts");
  const markdown = benchMarkdown(`${task} · ${judge}`, rows);
  await writeWhole(path.join(folder, "table.md"), markdown, "the table");
  await writeWhole(path.join(folder, "table.csv"), benchCsv(rows), "the table");
  await writeStdout(markdown);
}

function hasFailures({ counts, tuneCounts }: BenchRow): boolean {
  return [counts, tuneCounts].some((each) => each !== null && each.scored < each.lines);
}
