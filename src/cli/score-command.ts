import { LagerError } from "../base/errors.ts";
import { countRecords, type Dataset, openDataset } from "../input/dataset/dataset.ts";
import { loadTask } from "../input/task/load-task.ts";
import { isReferenceRecord, REFERENCE_TASK } from "../input/task/reference-record.ts";
import type { Task } from "../input/task/task.ts";
import { taskToObject } from "../input/task/task-object.ts";
import {
  type Aggregation,
  type AggregationOptions,
  openAggregation,
} from "../judge/aggregation.ts";
import { type ConditionSettings, conditionSettings } from "../judge/generate-answer.ts";
import type { Judge } from "../judge/judge.ts";
import type { ScoreProgress } from "../judge/score-options.ts";
import { plainProgressLine, progressLine } from "../present/terminal/progress.ts";
import type { RunFailure, RunHeader, RunScore } from "../run/run-format.ts";
import { isOtherCondition, isOtherTask } from "../scoring/weights/fitting-weights.ts";
import { weightsSha256 } from "../scoring/weights/format-weights.ts";
import { readWeights } from "../scoring/weights/read-weights.ts";
import { ScoreSummary } from "../workflows/score-run/result.ts";
import { checkOutput } from "./check-output.ts";
import { EXIT } from "./exit-code.ts";
import { expectedOutcomes } from "./expected-outcomes.ts";
import { JudgeAhead } from "./judge-ahead.ts";
import { type RunHeaderOptions, runHeader } from "./run-header.ts";
import { checkHiddenOutput, RunOutput } from "./run-output.ts";
import type { ScoreCommandOptions } from "./score-options.ts";
import { type ScorePrinter, scorePrinter } from "./score-printer.ts";
import { StatusLine } from "./status-line.ts";

/** `lager score`: scores a data set and writes a run file, a table, or lines on standard output. */
export async function scoreCommand(
  input: string,
  options: ScoreCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const condition = conditionSettings(options);
  const { output, force = false, resume = false } = options;
  if (resume && (output === undefined || force)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--resume goes on with a run file: name it with -o, and leave out --force",
    );
  }
  if (output !== undefined) await checkOutput(output, force || resume);
  if (options.capture !== undefined) await checkHiddenOutput(output, force || resume);
  // What cannot be read is said before a judge is loaded; whether it fits, only then.
  if (options.weights !== undefined) await readWeights(options.weights);
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  try {
    await using ahead = new JudgeAhead(options.judge, options, status, signal);
    const dataset = await openDataset(input, { signal, ...limit });
    try {
      return await scoreDataset(input, dataset, ahead, { options, condition, status, signal });
    } finally {
      await dataset.close();
    }
  } finally {
    status.clear();
  }
}

/** Scores a data set that is open. */
async function scoreDataset(
  input: string,
  dataset: Dataset,
  ahead: JudgeAhead,
  command: Pick<ScoreRun, "options" | "condition" | "status" | "signal">,
): Promise<number> {
  const { options, condition, status, signal } = command;
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const task = await chooseTask(dataset, options);
  if (condition.condition === "reasoning" && !/outputFormat|condition/.test(task.prompt)) {
    status.note(
      `note: the prompt of the task ${task.name} fixes its own output format and may not ask for ` +
        "feedback; {{ outputFormat }} in it would",
    );
  }
  const records = countAhead(input, task, { signal, ...limit });
  records.catch(() => {}); // nobody waits for it when the judge cannot be loaded
  const judge = await ahead.judge;
  const asked = aggregationOptions(options);
  const aggregation = await openAggregation(asked, judge, task);
  noteOtherUse(aggregation, task, condition, status);
  const labels = await judge.labelTokens(task);
  return score({
    ...command,
    ...{ dataset, task, judge, aggregation, records },
    // Read once: the run is scored by what its header names.
    asked: { ...asked, ...(aggregation.learned !== null && { weights: aggregation.learned }) },
    header: runHeader(judge, task, labels, {
      projection: aggregation.projection,
      layers: aggregation.layerSet.spec,
      condition,
      ...headerWeights(aggregation),
      ...(options.capture !== undefined && { hidden: options.capture }),
    }),
  });
}

/** Weights of another task or condition may do worse than none, and only labels can tell. */
function noteOtherUse(
  { learned }: Aggregation,
  task: Task,
  { condition }: ConditionSettings,
  status: StatusLine,
): void {
  if (learned === null) return;
  const others = [
    ...(isOtherTask(learned, taskToObject(task)) ? [`on another task (${learned.task.name})`] : []),
    ...(isOtherCondition(learned, condition)
      ? [`under another condition (${learned.condition})`]
      : []),
  ];
  if (others.length === 0) return;
  status.note(
    `warning: the weights were learned ${others.join(" and ")}: here they may do worse than none; ` +
      "`lager eval --weights` tells, on such records with human scores",
  );
}

/** How the layers become a score, as the command line asks for it. */
function aggregationOptions(options: ScoreCommandOptions): AggregationOptions {
  const { layers, projection, weights, capture } = options;
  return {
    ...(layers !== undefined && { layers }),
    ...(projection !== undefined && { projection }),
    ...(weights !== undefined && { weights }),
    ...(capture !== undefined && { hidden: capture }),
  };
}

/** What the run's header says of learned weights. */
function headerWeights({ learned }: Aggregation): Partial<Pick<RunHeaderOptions, "weights">> {
  if (learned === null) return {};
  return { weights: { recipe: learned.recipe, sha256: weightsSha256(learned) } };
}

interface ScoreRun {
  readonly dataset: Dataset;
  readonly task: Task;
  readonly condition: ConditionSettings;
  readonly judge: Judge;
  readonly asked: AggregationOptions;
  readonly aggregation: Aggregation;
  readonly header: RunHeader;
  readonly options: ScoreCommandOptions;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
  /** Records that there are; null when the input cannot be counted. */
  readonly records: Promise<number | null>;
}

async function score(run: ScoreRun): Promise<number> {
  const { options, status, task, header, aggregation } = run;
  const file = options.output;
  const summary = new ScoreSummary(task.criteria.map(({ name }) => name));
  // Not before the run file is open: a run that cannot be begun prints nothing.
  let printing: Promise<ScorePrinter> | undefined;
  const printed = () => {
    printing ??= scorePrinter(header, options);
    return printing;
  };
  const take = async (line: RunScore | RunFailure) => {
    summary.add(line);
    await (await printed()).add(line);
  };
  const { hiddenLayers } = aggregation;
  await using writer =
    file === undefined
      ? null
      : await RunOutput.open(file, header, { ...options, hiddenLayers }, take);
  const found = counted(summary);
  if (found > 0) status.note(`going on behind the ${found} results that ${file} holds`);
  try {
    for await (const outcome of run.judge.scoreEntries(run.dataset.records(task), {
      ...run.condition,
      task,
      ...run.asked,
      include: options.include ?? [],
      ...(writer?.done !== undefined && { isDone: writer.done.take.bind(writer.done) }),
      signal: run.signal,
      onProgress: progressShower(run, summary, found),
    })) {
      await take((await writer?.write(outcome)) ?? outcome);
    }
  } catch (error) {
    const saved = counted(summary);
    if (file !== undefined && saved > 0) {
      status.note(`stopped early: ${saved} results are saved in ${file}`);
    }
    throw error;
  }
  status.clear();
  await (await printed()).end(summary);
  if (counted(summary) === 0) status.note("note: there is no record in the input");
  if (summary.medianScoreMass < 0.5) {
    status.note(
      `warning: the median share of the judge's probability on the score tokens is ` +
        `${summary.medianScoreMass.toFixed(3)}: it was not about to answer with a score, so its ` +
        `scores mean little; try another judge or --answer-prefix`,
    );
  }
  if (file !== undefined) {
    await writer?.close();
    status.note(`run file: ${file}`);
    if (writer?.hiddenFile) status.note(`hidden states: ${writer.hiddenFile}`);
    const example = summary.listed[0]?.id;
    if (example !== undefined) {
      status.note(`next: lager inspect ${file} ${example}   (one item, layer by layer)`);
    }
  }
  return summary.failures.size > 0 ? EXIT.someFailed : EXIT.ok;
}

/** Results so far, scores and failures. */
function counted(summary: ScoreSummary): number {
  return [...summary.failures.values()].reduce((sum, count) => sum + count, summary.scores);
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
  options: { signal: AbortSignal; limit?: number },
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

/** @param before - outcomes that a resumed run held already */
function progressShower(
  { status, records, task }: ScoreRun,
  summary: ScoreSummary,
  before: number,
): (progress: ScoreProgress) => void {
  const startedAt = performance.now();
  let known: number | null = null;
  records
    .then((count) => {
      known = count;
    })
    .catch(() => {});
  return ({ done, failed, promptTokens }) => {
    const elapsedMs = performance.now() - startedAt;
    const tokensPerSecond = (promptTokens / elapsedMs) * 1000;
    const total =
      known === null
        ? null
        : expectedOutcomes(known, task.criteria.length, summary.recordFailures) - before;
    const progress = { done, total, failed, elapsedMs, tokensPerSecond };
    status.update(
      (columns) => progressLine(progress, columns),
      () => plainProgressLine(progress),
    );
  };
}
