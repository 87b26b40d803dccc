import { kendall, partialSpearman, pearson, spearman } from "./correlation.ts";
import {
  type CorrelationFigures,
  NO_FIGURES,
  WeightedCorrelations,
  WeightedHuman,
} from "./weighted-correlations.ts";

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

/** Samples single lines, for each column those for which it has a score. */
export class LineSampler implements Sampler {
  readonly #columns: readonly ScoreColumn[];
  /** Of each column; most have a score everywhere and share one, as do those with equal gaps. */
  readonly #humans: readonly WeightedHuman[];
  readonly #distinctHumans: readonly WeightedHuman[];
  /** Of each column, once it has been prepared; null where that is not kept. */
  readonly #prepared: (WeightedCorrelations | undefined)[] | null;

  /**
   * @param human Finite at `lines`, shape [all lines].
   * @param lines The sample.
   * @param isReused Keeps what a column was prepared with, some 25 bytes a line.
   * @param control What partial correlations are given, NaN where unknown; shape [all lines].
   * @param humans What earlier samplers of the same lines made of the human side; more is added.
   */
  constructor(
    human: Float64Array,
    lines: Int32Array,
    columns: readonly ScoreColumn[],
    isReused: boolean,
    control: Float64Array,
    humans = new Map<string, WeightedHuman>(),
  ) {
    this.#columns = columns;
    this.#humans = columns.map(({ scores }) => {
      const scored = scoredLines(lines, scores);
      const key = scored.length === lines.length ? "all" : scored.join();
      const side = humans.get(key) ?? new WeightedHuman(human, scored, control);
      humans.set(key, side);
      return side;
    });
    this.#distinctHumans = [...new Set(this.#humans)];
    this.#prepared = isReused ? [] : null;
  }

  weigh(weights: ArrayLike<number>): void {
    for (const human of this.#distinctHumans) human.weigh(weights);
  }

  figures(column: number, weights: ArrayLike<number>): CorrelationFigures {
    const known = this.#prepared?.[column] ?? this.#prepare(column);
    return known?.figures(weights) ?? NO_FIGURES;
  }

  #prepare(column: number): WeightedCorrelations | undefined {
    const human = this.#humans[column];
    const scores = this.#columns[column];
    if (human === undefined || scores === undefined) return undefined;
    const prepared = new WeightedCorrelations(human, scores.scores, scores.sorted);
    if (this.#prepared !== null) this.#prepared[column] = prepared;
    return prepared;
  }
}

/** The lines that have a score; `lines` itself where all have one. */
export function scoredLines(lines: Int32Array, scores: Float64Array): Int32Array {
  for (let i = 0; i < lines.length; i++) {
    if (Number.isNaN(scores[lines[i] as number])) {
      return lines.filter((line) => !Number.isNaN(scores[line]));
    }
  }
  return lines;
}

/**
 * Samples lines and correlates the means of their groups, such as the systems that wrote the
 * responses. A group of which a resample holds no line is left out of it.
 */
export class GroupMeanSampler implements Sampler {
  readonly #human: Float64Array;
  readonly #groupOf: Int32Array;
  readonly #lines: Int32Array;
  readonly #columns: readonly ScoreColumn[];
  readonly #draws: Float64Array;
  readonly #scoreSums: Float64Array;
  readonly #humanSums: Float64Array;
  readonly #control: Float64Array;
  readonly #controlSums: Float64Array;

  /**
   * @param human Finite at `lines`, shape [all lines].
   * @param groupOf 0 … groupCount − 1 at `lines`, shape [all lines].
   * @param lines The sample.
   * @param control What partial correlations are given, NaN where unknown; shape [all lines].
   */
  constructor(
    human: Float64Array,
    groupOf: Int32Array,
    groupCount: number,
    lines: Int32Array,
    columns: readonly ScoreColumn[],
    control: Float64Array,
  ) {
    this.#control = control;
    this.#controlSums = new Float64Array(groupCount);
    this.#human = human;
    this.#groupOf = groupOf;
    this.#lines = lines;
    this.#columns = columns;
    this.#draws = new Float64Array(groupCount);
    this.#scoreSums = new Float64Array(groupCount);
    this.#humanSums = new Float64Array(groupCount);
  }

  weigh(): void {
    // Nothing is shared by the columns: each has its means over the lines for which it has a score.
  }

  figures(column: number, weights: ArrayLike<number>): CorrelationFigures {
    const scores = this.#columns[column]?.scores ?? new Float64Array(0);
    this.#draws.fill(0);
    this.#scoreSums.fill(0);
    this.#humanSums.fill(0);
    this.#controlSums.fill(0);
    for (const line of this.#lines) {
      const weight = weights[line] as number;
      const score = scores[line] as number;
      if (weight === 0 || Number.isNaN(score)) continue;
      const group = this.#groupOf[line] as number;
      this.#draws[group] = (this.#draws[group] as number) + weight;
      this.#scoreSums[group] = (this.#scoreSums[group] as number) + weight * score;
      this.#humanSums[group] =
        (this.#humanSums[group] as number) + weight * (this.#human[line] as number);
      this.#controlSums[group] =
        (this.#controlSums[group] as number) + weight * (this.#control[line] as number);
    }
    const means = this.#scoreSums.map((sum, group) => sum / (this.#draws[group] as number));
    const humans = this.#humanSums.map((sum, group) => sum / (this.#draws[group] as number));
    const controls = this.#controlSums.map((sum, group) => sum / (this.#draws[group] as number));
    const present = (_: number, group: number): boolean => (this.#draws[group] as number) > 0;
    const x = means.filter(present);
    const y = humans.filter(present);
    return {
      spearman: spearman(x, y).value ?? Number.NaN,
      pearson: pearson(x, y).value ?? Number.NaN,
      kendall: kendall(x, y).value ?? Number.NaN,
      partialSpearman: partialSpearman(x, y, controls.filter(present)).value ?? Number.NaN,
    };
  }
}
