import { kendall, pearson, spearman } from "./correlation.ts";
import type { Sampler, ScoreColumn } from "./sampler.ts";
import type { CorrelationFigures } from "./weighted-correlations.ts";

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

  /**
   * @param human Finite at `lines`, shape [all lines].
   * @param groupOf 0 … groupCount − 1 at `lines`, shape [all lines].
   * @param lines The sample.
   */
  constructor(
    human: Float64Array,
    groupOf: Int32Array,
    groupCount: number,
    lines: Int32Array,
    columns: readonly ScoreColumn[],
  ) {
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
    for (const line of this.#lines) {
      const weight = weights[line] as number;
      const score = scores[line] as number;
      if (weight === 0 || Number.isNaN(score)) continue;
      const group = this.#groupOf[line] as number;
      this.#draws[group] = (this.#draws[group] as number) + weight;
      this.#scoreSums[group] = (this.#scoreSums[group] as number) + weight * score;
      this.#humanSums[group] =
        (this.#humanSums[group] as number) + weight * (this.#human[line] as number);
    }
    const means = this.#scoreSums.map((sum, group) => sum / (this.#draws[group] as number));
    const humans = this.#humanSums.map((sum, group) => sum / (this.#draws[group] as number));
    const present = (_: number, group: number): boolean => (this.#draws[group] as number) > 0;
    const x = means.filter(present);
    const y = humans.filter(present);
    return {
      spearman: spearman(x, y).value ?? Number.NaN,
      pearson: pearson(x, y).value ?? Number.NaN,
      kendall: kendall(x, y).value ?? Number.NaN,
    };
  }
}
