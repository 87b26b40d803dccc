import type { CorrelationFigures } from "./weighted-correlations.ts";

/** A column of scores, by line, with its lines in order. */
export interface ScoreColumn {
  /** NaN where a line has no score, shape [lines]. */
  readonly scores: Float64Array;
  /**
   * The lines that have a score and a human score, in ascending order of the score; see
   * `sortedLines`.
   */
  readonly sorted: Int32Array;
}

/** The correlations of several columns on resamples of one sample of lines. */
export interface Sampler {
  /** Takes on a resample. @param weights How often each line was drawn, shape [lines]. */
  weigh(weights: ArrayLike<number>): void;
  /** A column's figures on the resample taken on last, whose weights are given again. */
  figures(column: number, weights: ArrayLike<number>): CorrelationFigures;
}

/**
 * Makes a sampler of those lines of a sample that a bag holds.
 *
 * @param keep 1 for them, shape [lines].
 * @param isReused Whether many resamples follow, so that it pays to keep what a column was prepared
 *   with.
 */
export type MakeSampler = (
  columns: readonly ScoreColumn[],
  keep: Uint8Array,
  isReused: boolean,
) => Sampler;
