import { TUNE_DEFAULTS, TUNE_RECIPES } from "../analysis/tune/tune-choices.ts";
import { CONDITIONS, type Condition, SCORE_POSITIONS } from "../input/task/condition.ts";
import { PROJECTIONS } from "../scoring/weights/projection.ts";
import { command, type OptionValues, oneOf, parsed, text } from "./command.ts";
import { EVALUATION_OPTIONS } from "./evaluate-files.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { listOf, wholeNumber } from "./option-values.ts";

const OPTIONS = [
  JUDGE,
  text("-o, --output <folder>", "made, or gone on with (default: bench-TASK)"),
  parsed(
    "--condition <list>",
    "prefill, direct, reasoning, or several of them",
    listOf(CONDITIONS),
    ["prefill"] satisfies Condition[],
    "prefill",
  ),
  parsed("--max-tokens <n>", "the condition reasoning may write (256)", wholeNumber(1)),
  oneOf("--score-position <rule>", "score in what the judge wrote", SCORE_POSITIONS),
  text("--tune-on <data>", "learn weights on other data (default: on <data>, in folds)"),
  oneOf(
    "--recipe <name>",
    "how weights are learned (default: layers)",
    // A benchmark captures no hidden states.
    TUNE_RECIPES.filter((recipe) => recipe !== "probe"),
  ),
  parsed("--folds <n>", "of the cross-validation", wholeNumber(2), TUNE_DEFAULTS.folds),
  parsed("--limit <records>", "only the first records of each file", wholeNumber(1)),
  oneOf("--projection <kind>", "logits to aggregate", PROJECTIONS, "normed"),
  text("--layers <set>", "all, reference, upper, window:0.6-0.8, or 5-20,24", "all"),
  ...JUDGE_OPTIONS,
  ...EVALUATION_OPTIONS,
] as const;

/** Options of `lager bench`. */
export type BenchOptions = OptionValues<typeof OPTIONS>;

export const benchCommand = command({
  name: "bench",
  description: "Score, tune, evaluate and report a task in several conditions, in one folder.",
  arguments: [
    ["<task>", "name of a built-in task, or a task file"],
    ["<data>", "a .jsonl, .json, .csv or .parquet file"],
  ],
  options: OPTIONS,
  async run([task, data], options, signal) {
    const { benchCommand } = await import("./bench-action.ts");
    return benchCommand(task, data, options, signal);
  },
});
