import type { Sampler, ScoreColumn } from "./sampler.ts";
import {
  type CorrelationFigures,
  NO_FIGURES,
  WeightedCorrelations,
} from "./weighted-correlations.ts";
import { WeightedHuman } from "./weighted-human.ts";

/** Samples single lines, for each column those for which it has a score. */
export class LineSampler implements Sampler {
  readonly #humans: readonly WeightedHuman[];
  readonly #columns: readonly WeightedCorrelations[];

  /**
   * @param human Finite at `lines`, shape [all lines].
   * @param lines The sample.
   */
  constructor(human: Float64Array, lines: Int32Array, columns: readonly ScoreColumn[]) {
    // Most columns have a score everywhere and share the human side; so do those with equal gaps.
    const humans = new Map<string, WeightedHuman>();
    this.#columns = columns.map(({ scores, sorted }) => {
      const scored = lines.filter((line) => !Number.isNaN(scores[line]));
      const key = scored.length === lines.length ? "all" : scored.join();
      const side = humans.get(key) ?? new WeightedHuman(human, scored);
      humans.set(key, side);
      return new WeightedCorrelations(side, scores, sorted);
    });
    this.#humans = [...humans.values()];
  }

  weigh(weights: ArrayLike<number>): void {
    for (const human of this.#humans) human.weigh(weights);
  }

  figures(column: number, weights: ArrayLike<number>): CorrelationFigures {
    return this.#columns[column]?.figures(weights) ?? NO_FIGURES;
  }
}
