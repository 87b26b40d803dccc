import type { Task } from "../input/task/task.ts";
import type { ExpectedOutcome, KnownOutcome } from "../scoring/score/outcome.ts";
import type { AggregationOptions } from "./aggregation.ts";
import type { ConditionOptions } from "./generate-answer.ts";

/** A task, the name of a built-in one, or the path of a task file. */
export type TaskChoice = Task | string | Readonly<Record<string, unknown>>;

/** What can stand with every score. */
export const INCLUDABLE = ["tokens", "prompt", "texts"] as const;

/** How a session's judge comes to a score, and what stands with it. */
export interface SessionOptions extends AggregationOptions, ConditionOptions {
  /** Adds the decoded token ids, the rendered prompt or the record's texts to every score. */
  readonly include?: readonly (typeof INCLUDABLE)[number][] | undefined;
}

/** How one item is scored. */
export interface ScoreOptions {
  /** Name of one of the task's criteria. Default: its first. */
  readonly criterion?: string | undefined;
  /** Ends the call with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
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

/** How a stream of records is scored. */
export interface ScoreAllOptions {
  /** Ends the call with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every outcome that is not known. */
  readonly onProgress?: ((progress: ScoreProgress) => void) | undefined;
  /**
   * Gives an outcome that is known already: it is passed on in its place and not made again; null:
   * the judge is asked. Asked once for each, in order. It is what `RunWriter.known` answers.
   */
  readonly known?: ((expected: ExpectedOutcome) => KnownOutcome | null) | undefined;
}

/** How a judge scores one item in a session of its own. */
export interface ScoreItemOptions extends SessionOptions, ScoreOptions {
  /** Default: the built-in `general`. */
  readonly task?: TaskChoice | undefined;
}

/** How a judge scores items in a session of its own. */
export interface ScoreItemsOptions extends SessionOptions, ScoreAllOptions {
  /** Default: the built-in `general`. */
  readonly task?: TaskChoice | undefined;
}
