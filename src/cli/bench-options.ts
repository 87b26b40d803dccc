import type { TUNE_RECIPES } from "../analysis/tune/tune-choices.ts";
import type { Condition, ScorePositionRule } from "../input/task/condition.ts";
import type { Task } from "../input/task/task.ts";
import type { Projection } from "../scoring/score/score-result.ts";
import type { BenchFolder } from "./bench-folder.ts";
import type { EvaluationOptions } from "./evaluate-files.ts";
import type { JudgeOptions } from "./open-judge.ts";
import type { StatusLine } from "./status-line.ts";

/** Options of `lager bench`. */
export interface BenchOptions extends JudgeOptions, EvaluationOptions {
  readonly judge: string;
  readonly output?: string;
  readonly condition: readonly Condition[];
  readonly maxTokens?: number;
  readonly scorePosition?: ScorePositionRule;
  /** Path of the data that weights are learned on. */
  readonly tuneOn?: string;
  readonly recipe?: (typeof TUNE_RECIPES)[number];
  readonly folds: number;
  readonly limit?: number;
  readonly projection: Projection;
  readonly layers: string;
}

/** All that the steps of one benchmark need. */
export interface Bench {
  readonly task: Task;
  readonly data: string;
  /** SHA-256 of the data, and of what weights are learned on. */
  readonly dataSha256: string;
  readonly tuneOnSha256: string | null;
  readonly options: BenchOptions;
  readonly folder: BenchFolder;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
}
