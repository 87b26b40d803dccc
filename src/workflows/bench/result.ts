import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import type { Condition } from "../../input/task/condition.ts";
import type { Validation } from "../../scoring/weights/weights-format.ts";

/** Lines of a run, counted. */
export interface BenchCounts {
  readonly lines: number;
  readonly scored: number;
  /** Answers without a score. */
  readonly noScoreToken: number;
  readonly otherFailures: number;
}

/** Weights that were learned for a condition, or why there are none. */
export type BenchTuning =
  | {
      readonly weights: {
        /** Path inside the benchmark's folder. */
        readonly file: string;
        readonly recipe: string;
        readonly rows: number;
        readonly records: number;
        /** Of the cross-validation, the recipe's own row first; empty where nothing was labelled. */
        readonly methods: Validation["methods"];
        /** Methods that learn nothing and did better there: `lager tune` refuses such weights. */
        readonly better: readonly string[];
      };
      readonly problem: null;
    }
  | { readonly weights: null; readonly problem: string };

/** One condition of a benchmark, evaluated. */
export interface BenchRow {
  readonly condition: Condition;
  readonly counts: BenchCounts;
  /** Of the data that weights were learned on; null when that is the evaluated data itself. */
  readonly tuneCounts: BenchCounts | null;
  readonly tuning: BenchTuning | null;
  /** Null when there was nothing to evaluate: no score, or no human score. */
  readonly result: EvalResult | null;
  /** What a reader must know, in sentences, beside the result's own notes. */
  readonly notes: readonly string[];
}

/** What a benchmark made. */
export interface BenchResult {
  /** The task's name. */
  readonly task: string;
  readonly judge: string;
  /** Path of the folder with runs, weights and results. */
  readonly folder: string;
  /** One for each condition. */
  readonly rows: readonly BenchRow[];
}
