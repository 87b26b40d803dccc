import type { ItemFailure, ItemScore } from "../scoring/score/item-outcome.ts";
import type { JudgeFacts } from "../scoring/weights/judge-facts.ts";

/** Version of the run format that this package writes. */
export const RUN_SCHEMA = 2;

/** First line of a run file: all that the scores depend on. */
export interface RunHeader {
  readonly kind: "run";
  readonly schema: typeof RUN_SCHEMA;
  /** Version of this package. */
  readonly lager: string;
  readonly judge: JudgeFacts;
  readonly llama: {
    /** Release of llama.cpp, as its library says. */
    readonly release: string;
    readonly backend: string;
    readonly devices: readonly string[];
  };
  /** The whole task (see the task format), so that a run can be read without the task file. */
  readonly task: Readonly<Record<string, unknown>>;
  /**
   * How the judge was used. `scoreTokens` holds the labels' token ids, shape [labels]; where labels
   * have several tokens, `labelTokens` holds them instead, shape [labels][tokens].
   */
  readonly options: Readonly<Record<string, unknown>>;
  /** Labels and their values, in the order of every [labels] array of the run. */
  readonly labels: readonly string[];
  readonly values: readonly number[];
}

/** One item on one criterion. */
export type RunScore = ItemScore;

/** An item (or one criterion of it) that could not be scored. */
export type RunFailure = ItemFailure;

/** A line of a run file. */
export type RunLine = RunHeader | RunScore | RunFailure;
