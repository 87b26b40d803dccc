import type { RunTable } from "../../run/run-table.ts";
import type { Projection } from "../../scoring/score/score-result.ts";

/**
 * Distributions over the labels from a run's columns, line by line, without an object per line.
 *
 * The formulas are those of scoring: layers are aggregated at each node of the labels' tokens, and a
 * label's probability is the product along its path. With labels of one token there is one node, and
 * that is softmax(Σ_l w_l z_l). All arithmetic is float64.
 */
export class LineDistributions {
  /** The distribution that was made last, shape [labels]; NaN where a layer was not captured. */
  readonly probabilities: Float64Array;
  readonly #values: readonly number[];
  readonly #rows: number;
  readonly #nodes: readonly {
    readonly outcomes: number;
    readonly outcomeOf: Int32Array;
    readonly logits: Float32Array;
    /** Aggregated logits, then their log-probabilities; shape [outcomes]. */
    readonly scratch: Float64Array;
  }[];

  constructor(table: RunTable, projection: Projection) {
    this.#values = table.header.values;
    this.#rows = table.header.judge.layers + 1;
    this.probabilities = new Float64Array(this.#values.length);
    this.#nodes = table.nodes.map((node) => ({
      outcomes: node.outcomeCount,
      outcomeOf: node.outcomeOf,
      logits: node[projection],
      scratch: new Float64Array(node.outcomeCount),
    }));
  }

  /** p = softmax(Σ_l w_l z_l), at each node. */
  aggregate(line: number, layers: ArrayLike<number>, weights: ArrayLike<number>): void {
    const logProbabilities = this.probabilities.fill(0);
    for (const { outcomes, outcomeOf, logits, scratch } of this.#nodes) {
      scratch.fill(0);
      const start = line * this.#rows * outcomes;
      for (let i = 0; i < layers.length; i++) {
        const row = start + (layers[i] as number) * outcomes;
        const weight = weights[i] as number;
        for (let k = 0; k < outcomes; k++) {
          scratch[k] = (scratch[k] as number) + weight * (logits[row + k] as number);
        }
      }
      toLogProbabilities(scratch);
      for (let label = 0; label < outcomeOf.length; label++) {
        const outcome = outcomeOf[label] as number;
        if (outcome === -1) continue;
        logProbabilities[label] =
          (logProbabilities[label] as number) + (scratch[outcome] as number);
      }
    }
    for (let label = 0; label < logProbabilities.length; label++) {
      logProbabilities[label] = Math.exp(logProbabilities[label] as number);
    }
  }

  /** p = Σ_l w_l softmax(z_l): the `prob` ablation. @param sum Filled with it, shape [labels]. */
  aggregateProbabilities(
    line: number,
    layers: readonly number[],
    weights: ArrayLike<number>,
    sum: Float64Array,
  ): void {
    sum.fill(0);
    for (const [i, layer] of layers.entries()) {
      this.aggregate(line, [layer], [1]);
      for (let label = 0; label < sum.length; label++) {
        sum[label] =
          (sum[label] as number) + (weights[i] as number) * (this.probabilities[label] as number);
      }
    }
  }

  /** Σ_k s_k p_k of the distribution that was made last. */
  expectation(probabilities: Float64Array = this.probabilities): number {
    let sum = 0;
    for (let label = 0; label < probabilities.length; label++) {
      sum += (this.#values[label] as number) * (probabilities[label] as number);
    }
    return sum;
  }

  /** Value of the most probable label, the lowest of equals; NaN without a distribution. */
  mode(): number {
    let best = 0;
    for (let label = 0; label < this.probabilities.length; label++) {
      const p = this.probabilities[label] as number;
      if (Number.isNaN(p)) return Number.NaN;
      if (p > (this.probabilities[best] as number)) best = label;
    }
    return this.#values[best] as number;
  }
}

/** z_k − ln Σ_j exp(z_j), in place; the largest logit is subtracted first. */
function toLogProbabilities(logits: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k] as number);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp((logits[k] as number) - largest);
  const logSum = largest + Math.log(sum);
  for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] as number) - logSum;
}
