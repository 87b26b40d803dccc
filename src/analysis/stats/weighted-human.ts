import { tieGroups } from "./average-ranks.ts";
import { deviations } from "./deviations.ts";
import { sortOrder } from "./sort-order.ts";

/**
 * The human side of correlations on resamples: what all methods that are compared on one sample of
 * lines have in common.
 *
 * A resample is given as a weight for each line: how often it was drawn. So nothing is sorted again:
 * order and ties of the whole sample hold for every resample of it.
 */
export class WeightedHuman {
  /** Lines of the sample, indices into the columns it was made from. */
  readonly lines: Int32Array;
  /** Human scores as {@link deviations} over the sample, by index into the columns. */
  readonly centred: Float64Array;
  /** Number of the distinct human score, ascending, by index into the columns; −1 outside of the sample. */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
  /** Of the resample: Σ w, the number of draws. */
  total = 0;
  /** Of the resample: rank of each distinct human score less the mean rank, shape [groups]. */
  readonly rankOfGroup: Float64Array;
  /** Of the resample: Σ w rank². */
  rankSquares = 0;
  /** Of the resample: Σ w y and Σ w y² of the centred human scores. */
  sum = 0;
  squares = 0;
  /** Of the resample: pairs of draws with equal human scores. */
  tiedPairs = 0;

  /**
   * @param human Finite at `lines`, shape [columns].
   * @param lines The sample.
   */
  constructor(human: ArrayLike<number>, lines: Int32Array) {
    this.lines = lines;
    const values = Float64Array.from(lines, (line) => human[line] ?? Number.NaN);
    const centred = deviations(values);
    this.centred = new Float64Array(human.length);
    this.groupOf = new Int32Array(human.length).fill(-1);
    const order = sortOrder(values);
    let group = 0;
    for (const [start, end] of tieGroups(values, order)) {
      for (let i = start; i < end; i++) {
        const index = order[i] ?? 0;
        const line = lines[index] ?? 0;
        this.centred[line] = centred[index] ?? Number.NaN;
        this.groupOf[line] = group;
      }
      group++;
    }
    this.groupCount = group;
    this.rankOfGroup = new Float64Array(group);
  }

  /** Takes on a resample. @param weights Draws of each line, by index into the columns. */
  weigh(weights: ArrayLike<number>): void {
    const { lines, centred, groupOf, rankOfGroup } = this;
    rankOfGroup.fill(0);
    this.total = 0;
    this.sum = 0;
    this.squares = 0;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as number;
      const weight = weights[line] as number;
      if (weight === 0) continue;
      const y = centred[line] as number;
      (rankOfGroup[groupOf[line] as number] as number) += weight;
      this.total += weight;
      this.sum += weight * y;
      this.squares += weight * y * y;
    }
    let below = 0;
    this.rankSquares = 0;
    this.tiedPairs = 0;
    for (let group = 0; group < this.groupCount; group++) {
      const weight = rankOfGroup[group] as number;
      const rank = below + (weight + 1) / 2 - (this.total + 1) / 2;
      rankOfGroup[group] = rank;
      this.rankSquares += weight * rank * rank;
      this.tiedPairs += (weight * (weight - 1)) / 2;
      below += weight;
    }
  }
}
