import { LagerError } from "../base/errors.ts";
import { countRecords, readRecords } from "../input/dataset/dataset.ts";
import type { Task } from "../input/task/task.ts";
import type { Session } from "../judge/session.ts";
import type { Projection } from "../scoring/weights/projection.ts";
import { type ScoredRun, scoreToRun } from "../workflows/score-run/score-to-run.ts";
import type { JudgeOptions } from "./judge-options.ts";
import { openJudge } from "./open-judge.ts";
import { showRunProgress } from "./run-progress.ts";
import type { StatusLine } from "./status-line.ts";

/** A data set that is scored on the way to something else. */
export interface ScoredData {
  /** Path of the data. */
  readonly input: string;
  readonly limit?: number | undefined;
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
 * Opens a judge, and scores by one prefill a prompt, as {@link scoreData} does.
 *
 * @throws LagerError as {@link openJudge} and {@link scoreData}.
 */
export async function scoreByPrefill(
  { judge: name, projection, layers, ...options }: PrefillOptions,
  task: Task,
  data: ScoredData,
): Promise<void> {
  await using judge = await openJudge(name, options, data.status, data.signal);
  const session = await judge.openSession(task, { projection, layers });
  const { failures, firstFailures } = (await scoreData(session, data)).summary;
  const [firstFailure] = firstFailures.values();
  if (firstFailure === undefined) return;
  const codes = Array.from(failures, ([code, count]) => `${code} ${count}`);
  data.status.note(`failed: ${codes.join(", ")}; first: ${firstFailure}`);
}

/**
 * Scores a data set into a run file, and goes on where an earlier call stopped.
 *
 * @throws LagerError as `scoreToRun`; whatever is wrong with the input, before the judge works.
 */
export async function scoreData(session: Session, data: ScoredData): Promise<ScoredRun> {
  const { input, limit, file, status, signal, title } = data;
  if (input === "-") {
    throw new LagerError("INVALID_ARGUMENT", "the data is read more than once: name a file");
  }
  const { task } = session;
  const entryCount = await countRecords(input, task, { signal, limit });
  const scored = await scoreToRun(session, readRecords(input, task, { signal, limit }), file, {
    resume: true,
    signal,
    entryCount,
    onProgress: showRunProgress(status, title),
  });
  status.clear();
  return scored;
}
