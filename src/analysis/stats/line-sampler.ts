import type { Sampler, ScoreColumn } from "./sampler.ts";
import {
  type CorrelationFigures,
  NO_FIGURES,
  WeightedCorrelations,
} from "./weighted-correlations.ts";
import { WeightedHuman } from "./weighted-human.ts";

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
   */
  constructor(
    human: Float64Array,
    lines: Int32Array,
    columns: readonly ScoreColumn[],
    isReused: boolean,
  ) {
    const humans = new Map<string, WeightedHuman>();
    this.#columns = columns;
    this.#humans = columns.map(({ scores }) => {
      const scored = scoredLines(lines, scores);
      const key = scored.length === lines.length ? "all" : scored.join();
      const side = humans.get(key) ?? new WeightedHuman(human, scored);
      humans.set(key, side);
      return side;
    });
    this.#distinctHumans = [...humans.values()];
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
function scoredLines(lines: Int32Array, scores: Float64Array): Int32Array {
  for (let i = 0; i < lines.length; i++) {
    if (Number.isNaN(scores[lines[i] as number])) {
      return lines.filter((line) => !Number.isNaN(scores[line]));
    }
  }
  return lines;
}
