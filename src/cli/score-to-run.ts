import { LagerError } from "../base/errors.ts";
import { countRecords, readRecords } from "../input/dataset/dataset.ts";
import type { Task } from "../input/task/task.ts";
import type { ConditionSettings } from "../judge/generate-answer.ts";
import type { Judge } from "../judge/judge.ts";
import { plainProgressLine, progressLine } from "../present/terminal/progress.ts";
import type { ItemOutcome } from "../scoring/score/item-outcome.ts";
import type { Projection } from "../scoring/score/score-result.ts";
import { expectedOutcomes } from "./expected-outcomes.ts";
import type { JudgeOptions } from "./judge-options.ts";
import { openJudge } from "./open-judge.ts";
import { openRun } from "./open-run.ts";
import { runHeader } from "./run-header.ts";
import type { StatusLine } from "./status-line.ts";

/** What is scored, and how. */
export interface ScoreToRun {
  /** Path of the data. */
  readonly input: string;
  readonly task: Task;
  readonly condition: ConditionSettings;
  readonly projection: Projection;
  readonly layers: string;
  readonly limit?: number;
  /** The run file: gone on with where it is there, begun where it is not. */
  readonly file: string;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
  /** What the progress line says in front. */
  readonly title: string;
}

/** How a command that scores on its way to something else uses its judge. */
export interface PrefillOptions extends JudgeOptions {
  readonly judge: string;
  readonly projection: Projection;
  /** Default `all`. */
  readonly layers?: string;
}

/**
 * Opens a judge, and scores by one prefill a prompt, as {@link scoreToRun} does.
 *
 * @throws LagerError as {@link openJudge} and {@link scoreToRun}.
 */
export async function scoreByPrefill(
  { judge: name, projection, layers = "all", ...options }: PrefillOptions,
  what: Pick<ScoreToRun, "input" | "task" | "file" | "status" | "signal" | "title">,
): Promise<RunCounts> {
  await using judge = await openJudge(name, options, what.status, what.signal);
  const counts = await scoreToRun(judge, {
    ...what,
    condition: { condition: "prefill" },
    projection,
    layers,
  });
  if (counts.firstFailure !== null) what.status.note(failureNote(counts));
  return counts;
}

/** Lines of a run, new ones and those that were there. */
export interface RunCounts {
  readonly scores: number;
  /** By error code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of all, those that the run held already. */
  readonly found: number;
  /** Message of the first failure. */
  readonly firstFailure: string | null;
}

/**
 * Scores a data set into a run file, and goes on where an earlier call stopped.
 *
 * @throws LagerError as `Judge.scoreEntries` and `resumeRun`.
 */
export async function scoreToRun(judge: Judge, request: ScoreToRun): Promise<RunCounts> {
  const { input, task, condition, projection, layers, file, status, signal, title } = request;
  const limit = request.limit === undefined ? {} : { limit: request.limit };
  const header = runHeader(judge, task, await judge.labelTokens(task), {
    projection,
    layers,
    condition,
  });
  const failures: Record<string, number> = {};
  const counts = { scores: 0, failures, found: 0, firstFailure: null as string | null };
  let unreadable = 0;
  const count = (line: ItemOutcome) => {
    if (line.kind === "score") counts.scores++;
    else {
      failures[line.code] = (failures[line.code] ?? 0) + 1;
      counts.firstFailure ??= line.message;
      if (line.criterion === null) unreadable++;
    }
  };
  const { writer, done } = await openRun(file, header, { resume: true }, (line) => {
    counts.found++;
    count(line);
  });
  await using _ = writer;
  const records = await countAhead(input, task, { signal, ...limit });
  const { found } = counts;
  const startedAt = performance.now();
  for await (const outcome of judge.scoreEntries(readRecords(input, task, { signal, ...limit }), {
    ...condition,
    task,
    projection,
    layers,
    signal,
    ...(done !== undefined && { isDone: done.take.bind(done) }),
    onProgress: ({ done: finished, failed, promptTokens }) => {
      const elapsedMs = performance.now() - startedAt;
      const tokensPerSecond = (promptTokens / elapsedMs) * 1000;
      const total = expectedOutcomes(records, task.criteria.length, unreadable) - found;
      const progress = { done: finished, total, failed, elapsedMs, tokensPerSecond };
      status.update(
        (columns) => `${title} ${progressLine(progress, columns - title.length - 1)}`,
        () => `${title} ${plainProgressLine(progress)}`,
      );
    },
  })) {
    await writer.write(outcome);
    count(outcome);
  }
  status.clear();
  return counts;
}

/** How many lines failed by which codes, and the first of them. */
function failureNote({ failures, firstFailure }: RunCounts): string {
  const codes = Object.entries(failures).map(([code, count]) => `${code} ${count}`);
  return `failed: ${codes.join(", ")}; first: ${firstFailure}`;
}

/** Reads the whole input beforehand, so that what is wrong with it shows before the judge works. */
async function countAhead(
  input: string,
  task: Task,
  options: { signal: AbortSignal; limit?: number },
): Promise<number> {
  if (input === "-") {
    throw new LagerError("INVALID_ARGUMENT", "the data is read more than once: name a file");
  }
  return countRecords(input, task, options);
}
