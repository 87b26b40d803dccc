import { LagerError } from "../base/errors.ts";
import { INCLUDABLE } from "../judge/score-options.ts";
import type { RunHeader } from "../run/run-format.ts";
import type { ScoredRun } from "../workflows/score-run/score-to-run.ts";
import { ANSWER_OPTIONS, isAnswer } from "./answer-options.ts";
import { command, flag, type OptionValues, oneOf, parsed, severalOf, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { FAILURE_OPTIONS } from "./failure-options.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { capturedLayers, shardChoice, wholeNumber } from "./option-values.ts";
import type { ScorePrinter } from "./score-printer.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { StatusLine } from "./status-line.ts";

export const OUTPUT_FORMATS = ["table", "json", "csv"] as const;

const OPTIONS = [
  JUDGE,
  text("-t, --task <task>", "name of a built-in task, or a task file (default: general)"),
  text("-o, --output <file>", "write a run file (JSON Lines)"),
  flag("--force", "replace the run file if it exists"),
  flag("--resume", "go on with the run file: only what is new or changed is scored"),
  ...SESSION_OPTIONS,
  parsed(
    "--capture <states>",
    "hidden, or hidden:<set> of layers: hidden states into a file beside the run file",
    capturedLayers,
  ),
  text("--plan <file>", "score shards of a plan (lager fleet submit), which says how"),
  parsed("--shard <n>", "of a plan: a shard's number, or a share of all, as 3/40", shardChoice),
  parsed("--limit <records>", "score only the first records", wholeNumber(1)),
  text("--answer-prefix <text>", "what the judge's answer is opened with"),
  severalOf("--include <what>", "added to every score, separated by commas", INCLUDABLE),
  oneOf("--format <format>", "on standard output", OUTPUT_FORMATS, "table"),
  ...ANSWER_OPTIONS,
  flag("-q, --quiet", "no progress and no notes"),
  ...FAILURE_OPTIONS,
  ...JUDGE_OPTIONS,
] as const;

export type ScoreCommandOptions = OptionValues<typeof OPTIONS>;

export const scoreCommand = command({
  name: "score",
  description: "Score the responses of a data set, or one answer (--response).",
  arguments: [["[input]", "a .jsonl, .json, .csv or .parquet file, or - for standard input"]],
  options: OPTIONS,
  async run([input], options, signal) {
    // Beside the code of all that follows, which takes as long to load.
    const { startHostAhead } = await import("../engine/native/engine-host.ts");
    startHostAhead(options);
    if (isAnswer(options)) {
      const { runScoreAnswer } = await import("./score-answer.ts");
      return runScoreAnswer(input, options, signal);
    }
    if (options.plan !== undefined || options.shard !== undefined) {
      const { runScoreShards } = await import("./score-shards.ts");
      return runScoreShards(input, options, signal);
    }
    if (input === undefined) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        "there is nothing to score: give a data file, or one answer with --instruction and --response",
      );
    }
    const notes = await import("../present/terminal/score-notes.ts");
    const { inspectNote, resumedNote, runNotes } = notes;
    const { output, quiet = false } = options;
    const status = new StatusLine({ quiet });
    try {
      const { summary, hiddenFile, resumed } = await scoreAndPrint(input, options, status, signal);
      const isEmpty = summary.lines === 0;
      for (const note of runNotes(summary)) {
        if (isEmpty) status.insist(note);
        else status.note(note);
      }
      status.noteIfAny(resumedNote(resumed));
      if (output !== undefined) {
        status.note(`run file: ${output}`);
        if (hiddenFile !== null) status.note(`hidden states: ${hiddenFile}`);
        status.noteIfAny(inspectNote(output, summary));
      }
      // Whoever asked for scores and gets none has another input than they think.
      if (isEmpty) return EXIT.usage;
      return summary.failures.size > 0 ? EXIT.someFailed : EXIT.ok;
    } finally {
      status.clear();
    }
  },
});

/** Scores the data, and prints lines as they come or a table at the end. */
async function scoreAndPrint(
  input: string,
  options: ScoreCommandOptions,
  status: StatusLine,
  signal: AbortSignal,
): Promise<ScoredRun> {
  const { scoreData } = await import("../workflows/score-run/score-data.ts");
  const { otherUseNote } = await import("../present/terminal/score-notes.ts");
  const { shownLoading } = await import("./open-judge.ts");
  const { showRunProgress } = await import("./run-progress.ts");
  const { scorePrinter } = await import("./score-printer.ts");
  const { headerWithInput } = await import("../run/line-texts.ts");
  const { output, capture, ...scoring } = options;
  let header: RunHeader | undefined;
  // Not before the run file is open: a run that cannot be begun prints nothing.
  let printing: Promise<ScorePrinter> | undefined;
  const printer = () => {
    if (header === undefined) throw new LagerError("INTERNAL", "an outcome before its session");
    printing ??= scorePrinter(header, options);
    return printing;
  };
  let saved = 0;
  const scored = await scoreData(input, {
    ...scoring,
    ...{ output, hidden: capture, signal },
    ...shownLoading(options.judge, status),
    onSession: (session) => {
      header = headerWithInput(session.header(), input, output ?? null);
      status.clear();
      status.noteIfAny(otherUseNote(session.weights, session.task, session.condition.condition));
    },
    onOpen: (found) => {
      if (found > 0) status.note(`going on with the ${found} results that ${output} holds`);
    },
    onOutcome: async (outcome, hiddenRow) => {
      saved++;
      await (await printer()).add(outcome, hiddenRow ?? undefined);
    },
    onProgress: showRunProgress(status),
  }).catch((error: unknown) => {
    if (output !== undefined && saved > 0) {
      status.note(`stopped early: ${saved} results are saved in ${output}`);
    }
    throw error;
  });
  status.clear();
  await (await printer()).end(scored.summary);
  return scored;
}
