import type { ErrorCode } from "../errors.ts";
import type { ScoreResult } from "../score/score-result.ts";

/** Version of the run format that this package writes. */
export const RUN_SCHEMA = 1;

/** First line of a run file: all that the scores depend on. */
export interface RunHeader {
  readonly kind: "run";
  readonly schema: typeof RUN_SCHEMA;
  /** Version of this package. */
  readonly lager: string;
  readonly judge: {
    readonly name: string;
    /** Of the GGUF file, lower-case hex. */
    readonly sha256: string;
    readonly architecture: string;
    readonly quantization: string;
    /** Number of transformer layers L. */
    readonly layers: number;
  };
  readonly llama: {
    /** Release of llama.cpp, as its library says. */
    readonly release: string;
    readonly backend: string;
    readonly devices: readonly string[];
  };
  /** The whole task (see the task format), so that a run can be read without the task file. */
  readonly task: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** Labels and their values, in the order of every [labels] array of the run. */
  readonly labels: readonly string[];
  readonly values: readonly number[];
}

/** One item on one criterion. */
export interface RunScore extends ScoreResult {
  readonly kind: "score";
  readonly id: string;
  readonly criterion: string;
  readonly human?: number;
  /** With `--include tokens`: the exact ids that were decoded. */
  readonly tokens?: readonly number[];
  /** With `--include prompt`: the rendered prompt. */
  readonly prompt?: string;
}

/** An item (or one criterion of it) that could not be scored. `criterion` is null for a whole record. */
export interface RunFailure {
  readonly kind: "failure";
  readonly id: string;
  readonly criterion: string | null;
  readonly code: ErrorCode;
  readonly message: string;
}

/** A line of a run file. */
export type RunLine = RunHeader | RunScore | RunFailure;
