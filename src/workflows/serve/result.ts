import type { Failure } from "../../input/dataset/failure.ts";
import type { RunHeader } from "../../run/run-format.ts";
import type { Score } from "../../scoring/score/outcome.ts";
import type { QuestionScore } from "../../scoring/score/score-result.ts";

/** What a server says of a task. */
export interface TaskFacts {
  readonly name: string;
  readonly criteria: readonly { readonly name: string; readonly description: string }[];
  /** Between which a score lies. */
  readonly scale: { readonly min: number; readonly max: number };
  /** Labels that the judge may write, by ascending values. */
  readonly labels: readonly string[];
  /** What each label counts, shape [labels]. */
  readonly values: readonly number[];
}

/** What a server says of itself. */
export interface ServerFacts extends Pick<RunHeader, "version" | "judge" | "llama"> {
  /** What is meant where a request names no task. */
  readonly task: TaskFacts;
}

/** What a client is told of a score: all but logits, hidden states and facts of its own record. */
export interface ServedScore
  extends Pick<
    Score,
    | "kind"
    | "id"
    | "criterion"
    | "score"
    | "normalized"
    | "vanilla"
    | "eScore"
    | "lager"
    | "labels"
    | "values"
    | "probabilities"
    | "entropy"
    | "standardDeviation"
    | "scoreMass"
    | "inputHash"
    | "promptTokens"
    | "reusedTokens"
    | "generated"
  > {
  readonly questions?: readonly Pick<QuestionScore, "score" | "probabilities" | "scoreMass">[];
}

/** What a client is told of an item without a score. */
export type ServedFailure = Pick<Failure, "kind" | "id" | "criterion" | "code" | "message">;

/** Whether a server takes requests. */
export type ServerStatus = "ok" | "reloading" | "stopping";

/** How a server is doing. */
export interface ServerHealth {
  /** `reloading`: the engine was lost, and the judge is loaded anew for the next request. */
  readonly status: ServerStatus;
  /** Requests to score that are not over. */
  readonly requests: number;
  /** Items of theirs that have not been begun. */
  readonly waiting: number;
  /** Prompts that are made, planned or decoded. */
  readonly running: number;
  /** Since the start. */
  readonly scores: number;
  /** Since the start. */
  readonly failures: number;
}
