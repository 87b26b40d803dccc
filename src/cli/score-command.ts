import { LagerError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { checkOutput } from "../base/output-checks.ts";
import { countRecords, type Dataset, openDataset } from "../input/dataset/dataset.ts";
import type { Condition } from "../input/task/condition.ts";
import { loadTask } from "../input/task/load-task.ts";
import { isReferenceRecord, REFERENCE_TASK } from "../input/task/reference-record.ts";
import type { Task } from "../input/task/task.ts";
import { conditionSettings } from "../judge/generate-answer.ts";
import type { Session } from "../judge/session.ts";
import { hiddenPath, UNFINISHED } from "../run/hidden-format.ts";
import { isOtherCondition, isOtherTask } from "../scoring/weights/fitting-weights.ts";
import { readWeights } from "../scoring/weights/parse-weights.ts";
import type { ScoreSummary } from "../workflows/score-run/result.ts";
import { type ScoredRun, scoreToRun } from "../workflows/score-run/score-to-run.ts";
import { EXIT } from "./exit-code.ts";
import { JudgeAhead } from "./judge-ahead.ts";
import { showRunProgress } from "./run-progress.ts";
import type { ScoreCommandOptions } from "./score-options.ts";
import { type ScorePrinter, scorePrinter } from "./score-printer.ts";
import { StatusLine } from "./status-line.ts";

/** `lager score`: scores a data set and writes a run file, a table, or lines on standard output. */
export async function scoreCommand(
  input: string,
  options: ScoreCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  // What cannot be used is said before a judge is loaded; whether it fits the judge, only then.
  conditionSettings(options);
  await checkFiles(options);
  if (options.weights !== undefined) await readWeights(options.weights);
  const { limit } = options;
  const status = new StatusLine({ quiet: options.quiet ?? false });
  try {
    await using ahead = new JudgeAhead(options.judge, options, status, signal);
    const dataset = await openDataset(input, { signal, limit });
    try {
      const task = await chooseTask(dataset, options);
      noteFixedFormat(task, options.condition, status);
      const entryCount = countAhead(input, task, { signal, limit });
      entryCount.catch(() => {}); // nobody waits for it when the judge cannot be loaded
      const judge = await ahead.judge;
      const session = await judge.openSession(task, { ...options, hidden: options.capture });
      noteOtherUse(session, status);
      return await score({ session, dataset, entryCount, options, status, signal });
    } finally {
      await dataset.close();
    }
  } finally {
    status.clear();
  }
}

/** Checks, before a judge is loaded, that the files can be written. */
async function checkFiles(options: ScoreCommandOptions): Promise<void> {
  const { output, force = false, resume = false, capture } = options;
  if (resume && (output === undefined || force)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--resume goes on with a run file: name it with -o, and leave out --force",
    );
  }
  if (output !== undefined) await checkOutput(output, force || resume);
  if (capture === undefined) return;
  if (output === undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "hidden states are written beside a run file: name one with -o, or leave out --capture",
    );
  }
  const hidden = hiddenPath(output);
  await checkOutput(hidden, force || resume);
  if (await exists(hidden + UNFINISHED)) await checkOutput(hidden + UNFINISHED, force || resume);
}

function noteFixedFormat(task: Task, condition: Condition, status: StatusLine): void {
  if (condition !== "reasoning" || /outputFormat|condition/.test(task.prompt)) return;
  status.note(
    `note: the prompt of the task ${task.name} fixes its own output format and may not ask for ` +
      "feedback; {{ outputFormat }} in it would",
  );
}

/** Weights of another task or condition may do worse than none, and only labels can tell. */
function noteOtherUse({ weights, task, condition }: Session, status: StatusLine): void {
  if (weights === null) return;
  const others = [
    ...(isOtherTask(weights, task) ? [`on another task (${weights.task.name})`] : []),
    ...(isOtherCondition(weights, condition.condition)
      ? [`under another condition (${weights.condition})`]
      : []),
  ];
  if (others.length === 0) return;
  status.note(
    `warning: the weights were learned ${others.join(" and ")}: here they may do worse than none; ` +
      "`lager eval --weights` tells, on such records with human scores",
  );
}

interface ScoreRun {
  readonly session: Session;
  readonly dataset: Dataset;
  readonly options: ScoreCommandOptions;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
  /** Records that there are; null when the input cannot be counted. */
  readonly entryCount: Promise<number | null>;
}

async function score(run: ScoreRun): Promise<number> {
  const { session, dataset, options, status, signal, entryCount } = run;
  const file = options.output;
  // Not before the run file is open: a run that cannot be begun prints nothing.
  let printing: Promise<ScorePrinter> | undefined;
  const printer = () => {
    printing ??= scorePrinter(session.header(), options);
    return printing;
  };
  let saved = 0;
  const scored = await scoreToRun(session, dataset.records(session.task), file ?? null, {
    force: options.force,
    resume: options.resume,
    signal,
    entryCount,
    onOpen: (found) => {
      if (found > 0) status.note(`going on behind the ${found} results that ${file} holds`);
    },
    onOutcome: async (outcome, hiddenRow) => {
      saved++;
      await (await printer()).add(outcome, hiddenRow ?? undefined);
    },
    onProgress: showRunProgress(status),
  }).catch((error: unknown) => {
    if (file !== undefined && saved > 0) {
      status.note(`stopped early: ${saved} results are saved in ${file}`);
    }
    throw error;
  });
  status.clear();
  await (await printer()).end(scored.summary);
  noteScoreMass(scored.summary, status);
  if (file !== undefined) noteFiles(file, scored, status);
  return scored.summary.failures.size > 0 ? EXIT.someFailed : EXIT.ok;
}

function noteScoreMass({ medianScoreMass, lines }: ScoreSummary, status: StatusLine): void {
  if (lines === 0) status.note("note: there is no record in the input");
  if (medianScoreMass < 0.5) {
    status.note(
      `warning: the median share of the judge's probability on the score tokens is ` +
        `${medianScoreMass.toFixed(3)}: it was not about to answer with a score, so its ` +
        `scores mean little; try another judge or --answer-prefix`,
    );
  }
}

function noteFiles(file: string, { summary, hiddenFile }: ScoredRun, status: StatusLine): void {
  status.note(`run file: ${file}`);
  if (hiddenFile !== null) status.note(`hidden states: ${hiddenFile}`);
  const example = summary.listed[0]?.id;
  if (example !== undefined) {
    status.note(`next: lager inspect ${file} ${example}   (one item, layer by layer)`);
  }
}

async function chooseTask(dataset: Dataset, options: ScoreCommandOptions): Promise<Task> {
  const name = options.task ?? (isReferenceRecord(dataset.first) ? REFERENCE_TASK : "general");
  const task = await loadTask(name);
  return options.answerPrefix === undefined
    ? task
    : { ...task, answerPrefix: options.answerPrefix };
}

/** Reads the input once more, beside the loading of the judge, to know how much there is to do. */
async function countAhead(
  input: string,
  task: Task,
  options: { readonly signal: AbortSignal; readonly limit: number | undefined },
): Promise<number | null> {
  if (input === "-") return null;
  try {
    return await countRecords(input, task, options);
  } catch (error) {
    // The run itself meets the same error and reports it.
    if (error instanceof LagerError) return null;
    throw error;
  }
}
