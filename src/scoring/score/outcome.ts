import type { Failure } from "../../input/dataset/failure.ts";
import type { RecordTexts } from "../../input/dataset/record.ts";
import type { ScoreResult } from "./score-result.ts";

/** The residual stream at the score position, after some layers. */
export interface HiddenStates {
  /** Layer numbers, ascending; 0 is the token embedding. */
  readonly layers: readonly number[];
  /** Numbers in a layer's state: the model's embedding length, times its streams if it has several. */
  readonly width: number;
  /** h_l of each of `layers`, before the output norm, row-major, shape [layers, width]. */
  readonly states: Float32Array;
}

/** The score of one item on one criterion. */
export interface Score extends ScoreResult {
  readonly kind: "score";
  readonly id: string;
  readonly criterion: string;
  /** Labels that the judge could write, in ascending order of their values; a run's header has them. */
  readonly labels: readonly string[];
  /** What each label counts, shape [labels]. */
  readonly values: readonly number[];
  /**
   * What it was scored from: the first 16 hexadecimal digits of the SHA-256 of what the judge is shown,
   * `[system turn or null, user turn]` as JSON. With the run's header it decides every figure of the
   * line; it does not depend on the id, the order or the process.
   */
  readonly inputHash?: string | undefined;
  /** Mean human score, when the record has one. */
  readonly human?: number | undefined;
  /** Length of the response in Unicode code points: what a judge should know more than. */
  readonly responseLength?: number | undefined;
  /** The system that wrote the response, when the record says so. */
  readonly systemId?: string | undefined;
  /** The same for records that belong together, such as responses to one instruction. */
  readonly group?: string | undefined;
  /**
   * Hidden states at the score position, when asked for. With labels of several tokens that is the
   * place where they part first. A run keeps them in a file of their own.
   */
  readonly hidden?: HiddenStates | undefined;
  /** Of a score that was read from a run: row of its hidden states in the file beside it. */
  readonly hiddenRow?: number | undefined;
  /** The exact ids that were decoded, when asked for. */
  readonly tokens?: readonly number[] | undefined;
  /** The rendered prompt, when asked for. */
  readonly prompt?: string | undefined;
  /** The record's own texts, when asked for. */
  readonly texts?: RecordTexts | undefined;
  /** What the judge wrote itself, the score within; not with the condition `prefill`. */
  readonly generated?: string | undefined;
  /** Number of tokens of it. */
  readonly generatedTokens?: number | undefined;
  /** Which of the kinds of machines that the run's header lists scored it, where they are several. */
  readonly class?: number | undefined;
}

/** What a score's line says of its record, which may change without another score. */
export type RecordFacts = Pick<Score, "human" | "responseLength" | "systemId" | "group">;

/** What scoring gives for one item and criterion. */
export type Outcome = Score | Failure;

/** What is known of an outcome before the judge is asked for it. */
export interface ExpectedOutcome {
  readonly id: string;
  /** Null for the failure of a whole record. */
  readonly criterion: string | null;
  readonly inputHash: string | undefined;
  readonly facts: RecordFacts;
  /** The failure, where the judge will not even be asked. */
  readonly failure: Failure | null;
}

/** Gives an outcome that was made before. Called once, when its turn has come. */
export type KnownOutcome = () => Promise<Outcome>;
