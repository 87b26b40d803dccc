import { type CorrelationName, deviations, partialOf } from "./correlation.ts";
import { radixOrder } from "./radix-order.ts";
import { sortOrder, tieGroups } from "./ranks.ts";

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
  /** What partial correlations are given; null where a line of the sample has none. */
  readonly control: WeightedHuman | null;
  /** Of the resample: the human scores' Spearman with the control. */
  controlRho = Number.NaN;

  /**
   * @param human Finite at `lines`, shape [columns].
   * @param lines The sample.
   * @param control Of the same shape: a column that partial correlations are given, which may have gaps.
   */
  constructor(
    human: ArrayLike<number>,
    lines: Int32Array,
    control: ArrayLike<number> | null = null,
  ) {
    this.lines = lines;
    this.control =
      control !== null && lines.every((line) => Number.isFinite(control[line]))
        ? new WeightedHuman(control, lines)
        : null;
    const values = Float64Array.from(lines, (line) => human[line] ?? Number.NaN);
    const centred = deviations(values);
    this.centred = new Float64Array(human.length);
    this.groupOf = new Int32Array(human.length).fill(-1);
    const order = sortOrder(values);
    let group = 0;
    for (const [start, end] of tieGroups(values, order)) {
      for (let i = start; i < end; i++) {
        const index = order[i] as number;
        const line = lines[index] as number;
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
    if (this.control !== null) this.#weighControl(this.control, weights);
  }

  #weighControl(control: WeightedHuman, weights: ArrayLike<number>): void {
    control.weigh(weights);
    let products = 0;
    for (let i = 0; i < this.lines.length; i++) {
      const line = this.lines[i] as number;
      products +=
        (weights[line] as number) *
        (this.rankOfGroup[this.groupOf[line] as number] as number) *
        (control.rankOfGroup[control.groupOf[line] as number] as number);
    }
    this.controlRho = ratio(products, this.rankSquares, control.rankSquares);
  }
}

/** Correlations; NaN where one is undefined. */
export type CorrelationFigures = Readonly<Record<CorrelationName, number>>;

/** What a sample without variation has. */
export const NO_FIGURES: CorrelationFigures = {
  spearman: Number.NaN,
  pearson: Number.NaN,
  kendall: Number.NaN,
  partialSpearman: Number.NaN,
};

/**
 * A method's correlations with the human scores on resamples of one sample of lines.
 *
 * The scores are sorted once. A resample then takes one pass over them in that order: the ranks of
 * weighted lines follow from how many draws stand before them, and Kendall's pairs from a tree of
 * counts (Fenwick 1994) over the distinct human scores. O(n log groups).
 */
export class WeightedCorrelations {
  readonly #human: WeightedHuman;
  /** The sample's lines in ascending order of the score; columns beside it in the same order. */
  readonly #lines: Int32Array;
  readonly #centred: Float64Array;
  readonly #humanCentred: Float64Array;
  readonly #groups: Int32Array;
  /** 1 where a score is equal to the one before it. */
  readonly #tied: Uint8Array;
  /** Fenwick tree over the distinct human scores: draws so far, shape [groups + 1]. */
  readonly #tree: Float64Array;
  /** Draws so far of each distinct human score, shape [groups]. */
  readonly #counts: Float64Array;

  /**
   * @param human The sample, whose lines all have a score.
   * @param scores By index into the columns that `human` was made from.
   * @param sorted Lines of the sample, and perhaps others, in ascending order of the score: what
   *   {@link sortedLines} gives. So one sort serves all samples of a method.
   */
  constructor(human: WeightedHuman, scores: ArrayLike<number>, sorted: Int32Array) {
    this.#human = human;
    const count = human.lines.length;
    this.#lines = new Int32Array(count);
    this.#groups = new Int32Array(count);
    this.#humanCentred = new Float64Array(count);
    this.#tied = new Uint8Array(count);
    this.#tree = new Float64Array(human.groupCount + 1);
    this.#counts = new Float64Array(human.groupCount);
    const values = new Float64Array(count);
    // Plain loops here and below: every bag of every scope and column comes through them.
    let filled = 0;
    for (let i = 0; i < sorted.length; i++) {
      const line = sorted[i] as number;
      const group = human.groupOf[line] as number;
      if (group === -1) continue;
      const value = scores[line] as number;
      values[filled] = value;
      this.#tied[filled] = filled > 0 && value === values[filled - 1] ? 1 : 0;
      this.#lines[filled] = line;
      this.#groups[filled] = group;
      this.#humanCentred[filled] = human.centred[line] as number;
      filled++;
    }
    this.#centred = deviations(values);
  }

  /**
   * The figures of the resample that the human side was last weighed with.
   *
   * @param weights The same weights.
   */
  figures(weights: ArrayLike<number>): CorrelationFigures {
    const { total, rankOfGroup, rankSquares, tiedPairs, sum, squares, control } = this.#human;
    const lines = this.#lines;
    const tied = this.#tied;
    const groups = this.#groups;
    const meanRank = (total + 1) / 2;
    let before = 0;
    let ranksByRanks = 0;
    let ranksByControl = 0;
    let ownRankSquares = 0;
    let ownTiedPairs = 0;
    let ownSum = 0;
    let ownSquares = 0;
    let products = 0;
    let concordant = 0;
    this.#tree.fill(0);
    this.#counts.fill(0);
    for (let start = 0; start < lines.length; ) {
      // One run of equal scores: its draws share a rank, and no pair within it counts for Kendall.
      let end = start;
      let draws = 0;
      let humanRanks = 0;
      let controlRanks = 0;
      do {
        const line = lines[end] as number;
        const weight = weights[line] as number;
        if (weight !== 0) {
          const x = this.#centred[end] as number;
          draws += weight;
          humanRanks += weight * (rankOfGroup[groups[end] as number] as number);
          if (control !== null) {
            controlRanks +=
              weight * (control.rankOfGroup[control.groupOf[line] as number] as number);
          }
          ownSum += weight * x;
          ownSquares += weight * x * x;
          products += weight * x * (this.#humanCentred[end] as number);
        }
        end++;
      } while (end < lines.length && tied[end] === 1);
      if (draws !== 0) {
        const rank = before + (draws + 1) / 2 - meanRank;
        ranksByRanks += rank * humanRanks;
        ranksByControl += rank * controlRanks;
        ownRankSquares += draws * rank * rank;
        ownTiedPairs += (draws * (draws - 1)) / 2;
        concordant += this.#concordance(weights, start, end, before);
        before += draws;
      }
      start = end;
    }
    // Exact, unlike the other sums: half-integers. Zero where all draws are equal.
    if (ownRankSquares === 0 || rankSquares === 0) return NO_FIGURES;
    const all = (total * (total - 1)) / 2;
    const spearman = ratio(ranksByRanks, ownRankSquares, rankSquares);
    return {
      spearman,
      partialSpearman:
        control === null
          ? Number.NaN
          : partialOf(
              spearman,
              ratio(ranksByControl, ownRankSquares, control.rankSquares),
              this.#human.controlRho,
            ),
      pearson: ratio(
        products - (ownSum * sum) / total,
        ownSquares - (ownSum * ownSum) / total,
        squares - (sum * sum) / total,
      ),
      kendall: ratio(concordant, all - ownTiedPairs, all - tiedPairs),
    };
  }

  /**
   * Concordant less discordant pairs of the draws in [start, end), which have one score, with the
   * `before` draws of lower scores; then counts these draws in.
   */
  #concordance(weights: ArrayLike<number>, start: number, end: number, before: number): number {
    const tree = this.#tree;
    const counts = this.#counts;
    let sum = 0;
    for (let i = start; i < end; i++) {
      const weight = weights[this.#lines[i] as number] as number;
      if (weight === 0) continue;
      const group = this.#groups[i] as number;
      let lower = 0;
      for (let node = group; node > 0; node &= node - 1) lower += tree[node] as number;
      const higher = before - lower - (counts[group] as number);
      sum += weight * (lower - higher);
    }
    for (let i = start; i < end; i++) {
      const weight = weights[this.#lines[i] as number] as number;
      if (weight === 0) continue;
      const group = this.#groups[i] as number;
      counts[group] = (counts[group] as number) + weight;
      for (let node = group + 1; node < tree.length; node += node & -node) {
        tree[node] = (tree[node] as number) + weight;
      }
    }
    return sum;
  }
}

/** Lines in ascending order of their finite scores; equal scores keep their order. */
export function sortedLines(scores: ArrayLike<number>, lines: Int32Array): Int32Array {
  return radixOrder(scores, lines);
}

/** a / √(b c). */
function ratio(product: number, squares: number, otherSquares: number): number {
  const value = product / Math.sqrt(squares) / Math.sqrt(otherSquares);
  return Math.min(1, Math.max(-1, value));
}
