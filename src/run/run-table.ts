import type { ErrorCode } from "../base/errors.ts";
import type { NodeLogits } from "../scoring/distribution/node-logits.ts";
import type { RunHeader } from "./run-format.ts";

/**
 * A whole run in memory, as columns: what tuning and evaluation compute with. Made by
 * {@link readRunTable}.
 *
 * A *line* is one record scored on one criterion. With 30 layers and five labels of one token each
 * it takes 1.3 kB.
 */
export interface RunTable {
  readonly files: readonly string[];
  /** Of the first file; the others have the same judge, task and labels. */
  readonly header: RunHeader;
  /** Names of the criteria: the task's, in its order, then any others in the order found. */
  readonly criteria: readonly string[];
  /** Record ids, in the order found; failed records too. */
  readonly records: readonly string[];
  /** Number of scored lines; the length of every [lines] column. */
  readonly lines: number;
  /** Index into `records`, shape [lines]. */
  readonly recordOf: Int32Array;
  /** Index into `criteria`, shape [lines]. */
  readonly criterionOf: Int32Array;
  /** Mean human score, NaN where there is none, shape [lines]. */
  readonly human: Float64Array;
  /** Tokens of the prompt, shape [lines]; with id, criterion and human score they name the line. */
  readonly promptTokensOf: Int32Array;
  /** In Unicode code points, NaN where the run does not say, shape [lines]. */
  readonly responseLength: Float64Array;
  /** Names of the systems that wrote the responses, in the order found. */
  readonly systems: readonly string[];
  /** Index into `systems`, −1 where the run does not say, shape [lines]. */
  readonly systemOf: Int32Array;
  /** Number of groups of records that belong together; a record without a group is its own. */
  readonly groupCount: number;
  /** What each group is called; null of a record's own. Shape [groupCount]. */
  readonly groupNames: readonly (string | null)[];
  /** 0 … groupCount − 1, shape [lines]. */
  readonly groupOf: Int32Array;
  /** Index into `files`, shape [lines]. */
  readonly fileOf: Int32Array;
  /** Row in the hidden states beside that file, −1 where there is none, shape [lines]. */
  readonly hiddenRowOf: Int32Array;
  /** Share of the vocabulary's probability on the score tokens, shape [lines]. */
  readonly scoreMass: Float32Array;
  /** Logits of all lines at the nodes of the label tree, the root first. */
  readonly nodes: readonly NodeLogits[];
  /** Lines that failed and were not scored elsewhere in the run. */
  readonly failures: readonly RunTableFailure[];
  /** Sum over the scored lines. */
  readonly promptTokens: number;
  readonly reusedTokens: number;
}

/** A record, or one criterion of it, that could not be scored. */
export interface RunTableFailure {
  /** Index into `records`. */
  readonly record: number;
  /** Index into `criteria`; null for the whole record. */
  readonly criterion: number | null;
  readonly code: ErrorCode;
}
