import path from "node:path";
import { PROJECTIONS } from "../scoring/weights/layer-set.ts";
import { DEFAULT_LAYERS } from "../scoring/weights/weighed-layers.ts";
import { THRESHOLD_RANGES } from "../workflows/knowledge/result.ts";
import { command, flag, oneOf, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { FAILURE_OPTIONS } from "./failure-options.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { numberBetween, WEIGHED_LAYERS } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

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
  text("--layers <layers>", `${WEIGHED_LAYERS} (default: ${DEFAULT_LAYERS}); with --from-run too`),
  flag("--json", "one JSON object"),
  flag("-q, --quiet", "no progress and no notes"),
  ...FAILURE_OPTIONS,
  ...JUDGE_OPTIONS,
] as const;

export const knowledgeCommand = command({
  name: "knowledge",
  description: "Ask a judge which questions it could answer, and find those it could not.",
  arguments: [["<questions>", "records with question, and answerable where it is known"]],
  options: OPTIONS,
  async run([questions], { fromRun, json, quiet = false, ...options }, signal) {
    const { knowledgeBoundary } = await import("../workflows/knowledge/knowledge-boundary.ts");
    const { knowledgeText } = await import("../present/terminal/knowledge-text.ts");
    const { shownLoading } = await import("./open-judge.ts");
    const { failureNote, resumedNote } = await import("../present/terminal/score-notes.ts");
    const { showRunProgress } = await import("./run-progress.ts");
    const status = new StatusLine({ quiet });
    const name = path.basename(questions, path.extname(questions));
    const run = fromRun ?? options.run ?? `${name}.knowledge.run.jsonl`;
    const result = await knowledgeBoundary(questions, {
      ...options,
      ...{ run, signal, judge: fromRun === undefined ? options.judge : null },
      ...shownLoading(options.judge, status),
      onProgress: showRunProgress(status, "asking"),
      onScored: ({ summary, resumed }) => {
        status.noteIfAny(resumedNote(resumed));
        status.noteIfAny(failureNote(summary));
        status.note(`run file: ${run}`);
      },
    }).finally(() => status.clear());
    await writeResult(result, json, knowledgeText);
    return result.failed > 0 ? EXIT.someFailed : EXIT.ok;
  },
});
