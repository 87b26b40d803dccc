import { LagerError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { checkOutput, requireNoInput } from "../../base/output-checks.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { countRecords, type Dataset, openDataset } from "../../input/dataset/dataset.ts";
import { loadTask } from "../../input/task/load-task.ts";
import { isReferenceRecord, REFERENCE_TASK } from "../../input/task/reference-record.ts";
import type { Task } from "../../input/task/task.ts";
import { conditionSettings } from "../../judge/generate-answer.ts";
import type { LoadJudgeOptions } from "../../judge/judge.ts";
import { judgeFiles } from "../../judge/judge-files.ts";
import type { SessionOptions } from "../../judge/score-options.ts";
import type { Session } from "../../judge/session.ts";
import { hiddenPath, UNFINISHED } from "../../run/hidden-format.ts";
import { runPaths } from "../../run/run-paths.ts";
import { readWeights } from "../../scoring/weights/parse-weights.ts";
import { JudgeAhead } from "./judge-ahead.ts";
import { type ScoredRun, type ScoreToRunOptions, scoreToRun } from "./score-to-run.ts";

/** How a data set is scored. */
export interface ScoreDataOptions
  extends Omit<LoadJudgeOptions, "signal">,
    SessionOptions,
    Omit<ScoreToRunOptions, "entryCount" | "input" | "isWhole" | "lock"> {
  /** A name, the path of a GGUF file, or an `hf:` URI. */
  readonly judge: string;
  /**
   * Name of a built-in task, or path of a task file. Default: the task of the paper's reference
   * implementation for its records, else `general`.
   */
  readonly task?: string | undefined;
  /** What the judge's answer is opened with, instead of what the task says. */
  readonly answerPrefix?: string | undefined;
  /** The run file. Default: nothing is written, and the outcomes go to `onOutcome` alone. */
  readonly output?: string | undefined;
  /** Score only the first records. Default: all. */
  readonly limit?: number | undefined;
  /** Called when the judge is loaded and all is checked, before the first item. */
  readonly onSession?: ((session: Session) => void) | undefined;
}

/**
 * Loads a judge, while data and task are opened, and scores the data. What cannot be used is said
 * before the judge is loaded; whether it fits the judge, only then.
 *
 * @param input path of the data, or `-` for standard input.
 * @throws LagerError as `loadJudge`, `Judge.openSession`, `readRecords` and {@link scoreToRun}.
 */
export async function scoreData(input: string, options: ScoreDataOptions): Promise<ScoredRun> {
  const { condition } = conditionSettings(options);
  await checkFiles(input, options);
  // Before the judge is fetched and loaded for nothing.
  await using lock = options.output === undefined ? null : await OutputLock.acquire(options.output);
  if (typeof options.weights === "string") await readWeights(options.weights);
  const { signal, limit, output = null } = options;
  const { signal: _, ...load } = options;
  await using ahead = new JudgeAhead(options.judge, { ...load, ...(signal && { signal }) });
  const dataset = await openDataset(input, { signal, limit });
  try {
    const task = await chooseTask(dataset, options);
    if (condition === "reasoning" && !/outputFormat|condition/.test(task.prompt)) {
      options.onNotice?.(
        `the prompt of the task ${task.name} fixes its own output format and may not ask for ` +
          "feedback; {{ outputFormat }} in it would",
      );
    }
    const entryCount = countAhead(input, task, { signal, limit });
    entryCount.catch(() => {}); // nobody waits for it when the judge cannot be loaded
    const session = await (await ahead.judge).openSession(task, options);
    options.onSession?.(session);
    const { force, resume, retryFailures, maxFailures, onOpen, onOutcome, onProgress } = options;
    const how = {
      ...{
        input,
        force,
        resume,
        retryFailures,
        maxFailures,
        signal,
        entryCount,
        onOpen,
        onOutcome,
        onProgress,
      },
      ...{ isWhole: limit === undefined, lock: lock ?? undefined },
    };
    return await scoreToRun(session, dataset.records(session.task), output, how);
  } finally {
    await dataset.close();
  }
}

/** Checks, before a judge is loaded, that the files can be written. */
async function checkFiles(input: string, options: ScoreDataOptions): Promise<void> {
  const { output, force = false, resume = false, hidden, task, weights, judge } = options;
  if (resume && (output === undefined || force)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--resume goes on with a run file: name it with -o, and leave out --force",
    );
  }
  if (options.retryFailures === true && !resume) {
    const what = "--retry-failures goes with --resume: a new run has no failures to try again";
    throw new LagerError("INVALID_ARGUMENT", what);
  }
  if (output !== undefined) {
    const learned = typeof weights === "string" ? weights : undefined;
    const inputs = [input, task, learned, ...judgeFiles(judge, options)];
    await requireNoInput(runPaths(output), inputs);
    await checkOutput(output, force || resume);
  }
  if (hidden === undefined) return;
  if (output === undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "hidden states are written beside a run file: name one with -o, or leave out --capture",
    );
  }
  const states = hiddenPath(output);
  await checkOutput(states, force || resume);
  if (await exists(states + UNFINISHED)) await checkOutput(states + UNFINISHED, force || resume);
}

/**
 * The task of a data set, with the opening of the judge's answer that was asked for.
 *
 * @throws LagerError as `loadTask`.
 */
export async function chooseTask(
  dataset: Dataset,
  { task: wanted, answerPrefix }: Pick<ScoreDataOptions, "task" | "answerPrefix">,
): Promise<Task> {
  const name = wanted ?? (isReferenceRecord(dataset.first) ? REFERENCE_TASK : "general");
  const task = await loadTask(name);
  return answerPrefix === undefined ? task : { ...task, answerPrefix };
}

/** Reads the input once more, beside the loading of the judge, to know how much there is to do. */
async function countAhead(
  input: string,
  task: Task,
  options: { readonly signal: AbortSignal | undefined; readonly limit: number | undefined },
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
