import { CONDITIONS, SCORE_POSITIONS } from "../input/task/condition.ts";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { command, flag, type OptionValues, oneOf, parsed, text } from "./command.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { capturedLayers, layerSpec, listOf, wholeNumber } from "./option-values.ts";

export const OUTPUT_FORMATS = ["table", "json", "csv"] as const;
export const INCLUDABLE = ["tokens", "prompt"] as const;

const OPTIONS = [
  JUDGE,
  text("-t, --task <task>", "name of a built-in task, or a task file (default: general)"),
  text("-o, --output <file>", "write a run file (JSON Lines)"),
  flag("--force", "replace the run file if it exists"),
  flag("--resume", "go on with the run file: what it holds is not scored again"),
  oneOf("--projection <kind>", "logits to aggregate (default: normed)", PROJECTIONS),
  parsed(
    "--layers <set>",
    "all, reference, upper, window:0.6-0.8, or 5-20,24 (default: all)",
    layerSpec,
  ),
  text("-w, --weights <file>", "weights that lager tune learned, with their layers"),
  parsed(
    "--capture <what>",
    "hidden, or hidden:<set> of layers: hidden states into a file beside the run file",
    capturedLayers,
  ),
  parsed("--limit <records>", "score only the first records", wholeNumber(1)),
  text("--answer-prefix <text>", "what the judge's answer is opened with"),
  oneOf("--condition <how>", "how the judge comes to its score", CONDITIONS, "prefill"),
  parsed("--max-tokens <n>", "it may write (direct: 10, reasoning: 256)", wholeNumber(1)),
  oneOf(
    "--score-position <rule>",
    "score in what it wrote (default: after-prefix)",
    SCORE_POSITIONS,
  ),
  parsed("--include <what>", "tokens, prompt: add them to every score", listOf(INCLUDABLE)),
  oneOf("--format <format>", "on standard output", OUTPUT_FORMATS, "table"),
  flag("-q, --quiet", "no progress and no notes"),
  ...JUDGE_OPTIONS,
] as const;

export type ScoreCommandOptions = OptionValues<typeof OPTIONS>;

export const scoreCommand = command({
  name: "score",
  description: "Score the responses of a data set.",
  arguments: [["<input>", "a .jsonl, .json, .csv or .parquet file, or - for standard input"]],
  options: OPTIONS,
  async run([input], options, signal) {
    const { scoreCommand } = await import("./score-command.ts");
    return scoreCommand(input, options, signal);
  },
});
