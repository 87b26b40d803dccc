import type { ResamplingUnit } from "../../analysis/eval/eval-choices.ts";
import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import type { Condition, ScorePositionRule } from "../../input/task/condition.ts";
import type { Task } from "../../input/task/task.ts";
import type { LoadJudgeOptions } from "../../judge/judge.ts";
import type { ResumedCounts } from "../../run/resumed-lines.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import type { Recipe } from "../../scoring/weights/weights-format.ts";
import type { ScoreToRunProgress } from "../score-run/score-to-run.ts";
import type { BenchFolder } from "./bench-folder.ts";

/** What a benchmark is doing. */
export type BenchProgress =
  | {
      readonly step: "score";
      /** Name of the run file, without its extension. */
      readonly run: string;
      readonly progress: ScoreToRunProgress;
    }
  | {
      readonly step: "scored";
      readonly run: string;
      /** What became of what the run held; null where it was begun. */
      readonly resumed: ResumedCounts | null;
    }
  | { readonly step: "tune"; readonly condition: Condition; readonly phase: string }
  | { readonly step: "evaluate"; readonly condition: Condition; readonly lines: number };

/** What a benchmark consists of. */
export interface BenchOptions extends LoadJudgeOptions {
  /** A name, the path of a GGUF file, or an `hf:` URI; loaded only where a run is not finished. */
  readonly judge: string;
  /** Folder of all that it makes, gone on with where it is there. Default: `bench-TASK`. */
  readonly output?: string;
  /** Default: prefill alone. */
  readonly conditions?: readonly Condition[];
  /** What the condition `reasoning` may write. Default 256. */
  readonly maxTokens?: number;
  /** Of the conditions in which the judge writes. Default `after-prefix`. */
  readonly scorePosition?: ScorePositionRule;
  /** Path of learned weights to evaluate; then none are learned. */
  readonly weights?: string;
  /** Path of the data that weights are learned on. Default: the data itself, in folds. */
  readonly tuneOn?: string;
  /** As `tune` has it by default; a benchmark captures no hidden states. */
  readonly recipe?: Exclude<Recipe, "probe">;
  /** Of the cross-validation. Default 5. */
  readonly folds?: number;
  /** Only the first records of each file. Default: all. */
  readonly limit?: number;
  /** Default `normed`. */
  readonly projection?: Projection;
  /** Default `all`. */
  readonly layers?: string;
  /** Resamples for the intervals. Default 1000. */
  readonly resamples?: number;
  /** What is drawn whole in a resample. Default `record`. */
  readonly unit?: ResamplingUnit;
  /** Of the resamples and folds. Default 42. */
  readonly seed?: number;
  /** Failures that each run may have. Default: any number. */
  readonly maxFailures?: number | undefined;
  /** Try again what failed in the runs. Default: false. */
  readonly retryFailures?: boolean | undefined;
  readonly onProgress?: (progress: BenchProgress) => void;
  /**
   * Writes a report of the evaluations to a file in the folder. Called where they are not those of
   * the report that is there already. Default: no report.
   */
  readonly writeReport?: (file: string, results: readonly EvalResult[]) => Promise<void>;
}

/** A data file of a benchmark, as it was when it began. */
export interface BenchData {
  readonly file: string;
  readonly sha256: string;
  /** @throws LagerError `INPUT_CHANGED`. */
  readonly requireUnchanged: () => Promise<void>;
}

/** All that the steps of one benchmark need. */
export interface Bench {
  readonly task: Task;
  readonly data: BenchData;
  /** What weights are learned on; null: the data itself, in folds. */
  readonly tuneOn: BenchData | null;
  readonly options: BenchOptions & Defaulted;
  readonly folder: BenchFolder;
}

type Defaulted = Required<
  Pick<BenchOptions, "folds" | "projection" | "layers" | "resamples" | "unit" | "seed">
>;
