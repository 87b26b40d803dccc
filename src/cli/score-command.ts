import { type Dataset, openDataset, readRecords } from "../dataset/dataset.ts";
import { LagerError } from "../errors.ts";
import { type ConditionSettings, conditionSettings } from "../judge/generate-answer.ts";
import type { Judge, ScoreProgress } from "../judge/judge.ts";
import { csvHeader, csvRow } from "../report/csv.ts";
import { plainProgressLine, progressLine } from "../report/progress.ts";
import { ScoreSummary } from "../report/score-summary.ts";
import { scoreTable } from "../report/score-table.ts";
import type { RunHeader } from "../run/run-format.ts";
import { RunWriter } from "../run/run-writer.ts";
import type { ItemOutcome } from "../score/item-outcome.ts";
import type { Projection } from "../score/score-result.ts";
import type { Condition, ScorePositionRule } from "../task/condition.ts";
import { loadTask } from "../task/load-task.ts";
import { isReferenceRecord, REFERENCE_TASK } from "../task/reference-record.ts";
import type { Task } from "../task/task.ts";
import { assertLayerSpec } from "../weights/layer-set.ts";
import { checkOutput } from "./check-output.ts";
import type { INCLUDABLE, OUTPUT_FORMATS } from "./choices.ts";
import { EXIT } from "./exit-code.ts";
import { openRun } from "./open-run.ts";
import { type JudgeOptions, openJudge } from "./open-judge.ts";
import { runHeader } from "./run-header.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** Options of `lager score`. */
export interface ScoreCommandOptions extends JudgeOptions {
  readonly judge: string;
  readonly task?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly projection: Projection;
  readonly layers: string;
  readonly limit?: number;
  readonly answerPrefix?: string;
  readonly condition: Condition;
  readonly maxTokens?: number;
  readonly scorePosition?: ScorePositionRule;
  readonly include?: readonly (typeof INCLUDABLE)[number][];
  readonly format: (typeof OUTPUT_FORMATS)[number];
  readonly quiet?: boolean;
}

/** `lager score`: scores a data set and writes a run file, a table, or lines on standard output. */
export async function scoreCommand(
  input: string,
  options: ScoreCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  assertLayerSpec(options.layers);
  const condition = conditionSettings(options);
  const { output, force = false, resume = false } = options;
  if (resume && (output === undefined || force)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--resume goes on with a run file: name it with -o, and leave out --force",
    );
  }
  if (output !== undefined) await checkOutput(output, force || resume);
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const dataset = await openDataset(input, { signal, ...limit });
  try {
    const task = await chooseTask(dataset, options);
    if (condition.condition === "reasoning" && !/outputFormat|condition/.test(task.prompt)) {
      status.note(
        `note: the prompt of the task ${task.name} fixes its own output format and may not ask for ` +
          "feedback; {{ outputFormat }} in it would",
      );
    }
    const total = countOutcomes(input, task, { signal, ...limit });
    total.catch(() => {}); // nobody waits for it when the judge cannot be loaded
    await using judge = await openJudge(options.judge, options, status, signal);
    const labels = await judge.labelTokens(task);
    return await score({ dataset, task, condition, judge, options, status, signal, total }, () =>
      runHeader(judge, task, labels, {
        projection: options.projection,
        layers: options.layers,
        condition,
      }),
    );
  } finally {
    await dataset.close();
    status.clear();
  }
}

interface ScoreRun {
  readonly dataset: Dataset;
  readonly task: Task;
  readonly condition: ConditionSettings;
  readonly judge: Judge;
  readonly options: ScoreCommandOptions;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
  /** Outcomes that there will be; null when the input cannot be counted. */
  readonly total: Promise<number | null>;
}

async function score(run: ScoreRun, makeHeader: () => RunHeader): Promise<number> {
  const { options, status, task } = run;
  const header = makeHeader();
  const file = options.output;
  const summary = new ScoreSummary(task.criteria.map(({ name }) => name));
  // Not before the run file is open: a run that cannot be begun prints nothing.
  let printing: ReturnType<typeof printer> | undefined;
  const printed = () => {
    printing ??= printer(header, options);
    return printing;
  };
  const take = async (outcome: ItemOutcome) => {
    summary.add(outcome);
    await (await printed()).add(outcome);
  };
  const opened = file === undefined ? null : await openRun(file, header, options, take);
  await using writer = opened?.writer ?? null;
  const found = counted(summary);
  if (found > 0) status.note(`going on behind the ${found} results that ${file} holds`);
  try {
    for await (const outcome of run.judge.scoreEntries(run.dataset.records(task), {
      ...run.condition,
      task,
      layers: options.layers,
      projection: options.projection,
      include: options.include ?? [],
      ...(opened?.done !== undefined && { isDone: opened.done.take.bind(opened.done) }),
      signal: run.signal,
      onProgress: progressShower(run, found),
    })) {
      await writer?.write(outcome);
      await take(outcome);
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
async function countOutcomes(
  input: string,
  task: Task,
  options: { signal: AbortSignal; limit?: number },
): Promise<number | null> {
  if (input === "-") return null;
  let total = 0;
  try {
    for await (const entry of readRecords(input, task, options)) {
      total += "failure" in entry ? 1 : task.criteria.length;
    }
  } catch (error) {
    // The run itself meets the same error and reports it.
    if (error instanceof LagerError) return null;
    throw error;
  }
  return total;
}

function progressShower(
  { status, total }: ScoreRun,
  before: number,
): (progress: ScoreProgress) => void {
  const startedAt = performance.now();
  let known: number | null = null;
  total
    .then((count) => {
      known = count;
    })
    .catch(() => {});
  return ({ done, failed, promptTokens }) => {
    const elapsedMs = performance.now() - startedAt;
    const tokensPerSecond = (promptTokens / elapsedMs) * 1000;
    const left = known === null ? null : known - before;
    const progress = { done, total: left, failed, elapsedMs, tokensPerSecond };
    status.update(
      (columns) => progressLine(progress, columns),
      () => plainProgressLine(progress),
    );
  };
}

/** What goes to standard output: lines as they come, or a table at the end. */
async function printer(
  header: RunHeader,
  { format, output, quiet }: ScoreCommandOptions,
): Promise<{
  add(outcome: ItemOutcome): Promise<void>;
  end(summary: ScoreSummary): Promise<void>;
}> {
  const nothing = async () => {};
  if (output !== undefined && quiet === true) return { add: nothing, end: nothing };
  if (format === "json") {
    const lines = await RunWriter.toStream(process.stdout, header, "standard output");
    return { add: (outcome) => lines.write(outcome), end: () => lines.close() };
  }
  if (format === "csv") {
    await writeStdout(`${csvHeader(header.labels)}\n`);
    return {
      add: (outcome) => writeStdout(`${csvRow(outcome, header.labels.length)}\n`),
      end: nothing,
    };
  }
  const columns = process.stdout.columns ?? 100;
  return { add: nothing, end: (summary) => writeStdout(scoreTable(summary, { columns })) };
}
