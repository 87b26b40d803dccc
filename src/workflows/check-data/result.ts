import type { ErrorCode } from "../../base/errors.ts";

/** Human scores of one criterion over a data set. */
export interface HumanRange {
  readonly criterion: string;
  /** Records that have one. */
  readonly count: number;
  /** NaN without any. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Failures of one kind, and the first of them. */
export interface FailureKind {
  readonly code: ErrorCode;
  readonly count: number;
  readonly first: string;
}

/** A prompt of a record, as text. */
export interface ShownPrompt {
  readonly id: string;
  readonly criterion: string;
  readonly system?: string;
  readonly user: string;
}

/** What a data set holds, as a task reads it. */
export interface DataCheck {
  /** The task's name. */
  readonly task: string;
  /** Records that can be scored. */
  readonly records: number;
  readonly failures: readonly FailureKind[];
  readonly human: readonly HumanRange[];
  /** Distinct systems and groups that the records name. */
  readonly systems: number;
  readonly groups: number;
  /** Of the first records, each on another criterion. */
  readonly prompts: readonly ShownPrompt[];
}
