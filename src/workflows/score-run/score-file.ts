import { LagerError } from "../../base/errors.ts";
import { requireNoInput } from "../../base/output-checks.ts";
import type { OutputLock } from "../../base/output-lock.ts";
import { countRecords, readRecords } from "../../input/dataset/dataset.ts";
import type { Task } from "../../input/task/task.ts";
import { type LoadJudgeOptions, loadJudge } from "../../judge/judge.ts";
import { judgeFiles } from "../../judge/judge-files.ts";
import type { Session } from "../../judge/session.ts";
import { runInputs, runPaths } from "../../run/run-paths.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import {
  type ScoredRun,
  type ScoreToRunOptions,
  type ScoreToRunProgress,
  scoreToRun,
} from "./score-to-run.ts";

/** How a data file is scored on the way to something else. */
export interface ScoreFileOptions extends Pick<ScoreToRunOptions, "maxFailures" | "retryFailures"> {
  /** Score only the first records. Default: all. */
  readonly limit?: number | undefined;
  /** Ends the call with `ABORTED`; what was written stays, and can be gone on with. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScoreToRunProgress) => void) | undefined;
  /** The run file's lock, where the caller holds it. Default: it is taken while the run is written. */
  readonly lock?: OutputLock | undefined;
}

/**
 * Scores a data file into a run file, and goes on where an earlier call stopped.
 *
 * @param input path of the data, which is read more than once.
 * @throws LagerError `INVALID_ARGUMENT` for standard input, and as {@link scoreToRun} and
 *   `readRecords`; whatever is wrong with the file, before the judge works.
 */
export async function scoreFile(
  session: Session,
  input: string,
  file: string,
  options: ScoreFileOptions = {},
): Promise<ScoredRun> {
  if (input === "-") {
    throw new LagerError("INVALID_ARGUMENT", "the data is read more than once: name a file");
  }
  const { limit, signal, onProgress, lock, maxFailures, retryFailures } = options;
  const { task } = session;
  const entryCount = await countRecords(input, task, { signal, limit });
  const entries = readRecords(input, task, { signal, limit });
  return scoreToRun(session, entries, file, {
    ...{ input, resume: true, isWhole: limit === undefined },
    ...{ signal, entryCount, onProgress, lock, maxFailures, retryFailures },
  });
}

/** What a workflow needs that scores its data first. */
export interface WithJudgeOptions extends LoadJudgeOptions {
  /**
   * A name, the path of a GGUF file, or an `hf:` URI; null: the run is finished, and no judge is
   * loaded.
   */
  readonly judge: string | null;
  /** The run file: gone on with where it is there, begun where it is not. */
  readonly run: string;
  /** Default `normed`. */
  readonly projection?: Projection;
  /** Layer set whose logits make the score. Default `all`. */
  readonly layers?: string;
  /** Failures that the run may have. Default: any number. */
  readonly maxFailures?: number | undefined;
  /** Try again what failed in the run. Default: false. */
  readonly retryFailures?: boolean | undefined;
  readonly onProgress?: (progress: ScoreToRunProgress) => void;
  /** Called when the run is scored, before anything is made of it. */
  readonly onScored?: (scored: ScoredRun) => void;
}

/**
 * Scores a data file by one prefill a prompt, with a judge that is loaded for it.
 *
 * @throws LagerError as `loadJudge` and {@link scoreFile}.
 */
export async function scoreByPrefill(
  judge: string,
  task: Task,
  input: string,
  options: WithJudgeOptions & { readonly lock: OutputLock | undefined },
): Promise<void> {
  const { run, projection, layers, onScored } = options;
  await using loaded = await loadJudge(judge, options);
  const session = await loaded.openSession(task, { projection, layers });
  const { signal, onProgress, lock, maxFailures, retryFailures } = options;
  const how = { signal, onProgress, lock, maxFailures, retryFailures };
  onScored?.(await scoreFile(session, input, run, how));
}

/**
 * Checks that no file that such a workflow reads would be replaced by what it writes.
 *
 * @param input - its data.
 * @param written - files that it writes beside the run.
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export async function requireOwnOutputs(
  input: string,
  written: readonly string[],
  options: Pick<WithJudgeOptions, "judge" | "run" | "lora" | "chatTemplate">,
): Promise<void> {
  const { judge, run } = options;
  if (judge === null) return requireNoInput(written, [input, ...runInputs([run])]);
  await requireNoInput([...written, ...runPaths(run)], [input, ...judgeFiles(judge, options)]);
  await requireNoInput(written, runInputs([run]));
}
