import type { Task } from "../input/task/task.ts";
import type { AggregationOptions } from "./aggregation.ts";
import type { ConditionOptions } from "./generate-answer.ts";

/** What is asked of the judge, and how the layers become one score. */
export interface ScoreOptions extends AggregationOptions, ConditionOptions {
  /** A task, the name of a built-in one or a task file. Default: the built-in `general`. */
  readonly task?: Task | string | Readonly<Record<string, unknown>>;
  /** Ends the call with `ABORTED`. */
  readonly signal?: AbortSignal;
}

/** How many items are scored, and what was spent on them. */
export interface ScoreProgress {
  readonly done: number;
  readonly failed: number;
  /** Tokens of all prompts so far. */
  readonly promptTokens: number;
  /**
   * Tokens that were decoded: of the prompts (the rest was shared with the prompt before), and for
   * the branches of labels of several tokens.
   */
  readonly decodedTokens: number;
  /**
   * Distinct tokens of the prompts, where what a window of 1024 prompts shares counts once: the
   * least that can be decoded for them. A window is added when all of its prompts are known.
   */
  readonly distinctTokens: number;
  /**
   * Time that the judge spent in llama.cpp's decode calls since the run began, also for others that
   * use it at the same time. The rest of a run's time is not hidden behind them.
   */
  readonly decodeSeconds: number;
}

/** What a whole run takes beside {@link ScoreOptions}. */
export interface ScoreAllOptions extends ScoreOptions {
  /** Called after every outcome. */
  readonly onProgress?: (progress: ScoreProgress) => void;
  /**
   * Whether this item was scored on this criterion before (null: the record was found broken), so
   * that it is passed over. Asked once for each, in order.
   */
  readonly isDone?: (id: string, criterion: string | null) => boolean;
  /** Adds the decoded token ids or the rendered prompt to every score. */
  readonly include?: readonly ("tokens" | "prompt")[];
}
