import { PROJECTIONS } from "../scoring/weights/projection.ts";
import { THRESHOLD_RANGES } from "../workflows/knowledge/result.ts";
import { command, flag, type OptionValues, oneOf, parsed, text } from "./command.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { numberBetween } from "./option-values.ts";

const OPTIONS = [
  JUDGE,
  parsed(
    "--tau <share>",
    "unanswerable at or below min + τ (max − min)",
    numberBetween(0, 1),
    0.75,
  ),
  oneOf("--range <of>", "whose min and max", THRESHOLD_RANGES, "scale"),
  text("--run <file>", "the run file, gone on with if it is there"),
  text("--from-run <file>", "judge by a run that is finished; no judge is loaded"),
  oneOf("--projection <kind>", "logits to aggregate", PROJECTIONS, "normed"),
  text("--layers <set>", "all (default), upper, window:0.6-0.8, …; with --from-run too"),
  flag("--json", "one JSON object"),
  flag("-q, --quiet", "no progress and no notes"),
  ...JUDGE_OPTIONS,
] as const;

export type KnowledgeOptions = OptionValues<typeof OPTIONS>;

export const knowledgeCommand = command({
  name: "knowledge",
  description: "Ask a judge which questions it could answer, and find those it could not.",
  arguments: [["<questions>", "records with question, and answerable where it is known"]],
  options: OPTIONS,
  async run([questions], options, signal) {
    const { knowledgeCommand } = await import("./knowledge-action.ts");
    return knowledgeCommand(questions, options, signal);
  },
});
