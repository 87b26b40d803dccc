import type { Projection } from "../weights/layer-set.ts";
import { type NodeLogits, questionNodes } from "./node-logits.ts";
import { softmaxInto } from "./softmax.ts";
import { argmax, expectation } from "./statistics.ts";

/**
 * The order of the last roundings, with m the largest logit and Σ the sum of exp(z − m). Both orders
 * are the same formula, and differ in the last bits of a float64.
 *
 * - `quotient`, by which items are scored: with one node p = exp(z − m) / Σ; with several
 *   ln p = (z − m) − ln Σ at each.
 * - `logarithm`, by which runs are evaluated and layer weights learned: ln p = z − (m + ln Σ) at every
 *   node, of which there may be one.
 */
export type Rounding = "quotient" | "logarithm";

/** Which logits are read, and what of. */
export interface LabelDistributionOptions {
  readonly projection: Projection;
  /** Numeric values of the labels, ascending, shape [labels]. */
  readonly values: readonly number[];
  /** Number of transformer layers L: a line has L + 1 rows at each node. */
  readonly layerCount: number;
  /** Default `quotient`. */
  readonly rounding?: Rounding;
}

interface Question {
  readonly nodes: readonly Node[];
  /** Shape [lines]; null where the scale itself was asked for. */
  readonly shares: Float64Array | null;
}

interface Node {
  readonly outcomes: number;
  readonly outcomeOf: Int32Array;
  readonly logits: Float32Array;
  /** Z of the line, then ln p where the distribution is made by logarithms; shape [outcomes]. */
  readonly z: Float64Array;
}

/**
 * LAGER's aggregation (arXiv 2508.03550), line by line over a run's columns or of one captured item,
 * without an object for each line. At each node of the label tree
 *
 *     Z_k = Σ_l w_l z_{l,k},    p_node = softmax(Z),
 *
 * and a label's probability is the product along its path; with labels of one token there is one
 * node, and p = softmax(Z). All arithmetic is float64, the sum over layers in the order given.
 *
 * A checklist has such a distribution for each of its questions, and is their mean by the questions'
 * shares.
 */
export class LabelDistribution {
  /**
   * Logits of the labels: Z where there is one node and `quotient`, else ln p, in nats; ln p of a
   * checklist. Their softmax is the distribution. Shape [labels]; of the line and layers asked for last.
   */
  readonly labelLogits: Float64Array;
  /** p, shape [labels]; NaN where a layer was not captured. */
  readonly probabilities: Float64Array;
  readonly #values: readonly number[];
  readonly #rows: number;
  readonly #rounding: Rounding;
  readonly #nodes: readonly Node[];
  readonly #questions: readonly Question[];
  readonly #sum: Float64Array;
  /** Of the questions' own distributions. */
  readonly #mixed: Float64Array;
  #mode = Number.NaN;

  constructor(nodes: readonly NodeLogits[], options: LabelDistributionOptions) {
    this.#values = options.values;
    this.#rows = options.layerCount + 1;
    this.#rounding = options.rounding ?? "quotient";
    this.#questions = questionNodes(nodes).map((own) => ({
      shares: own[0]?.question?.shares ?? null,
      nodes: own.map((node) => ({
        outcomes: node.outcomes.length,
        outcomeOf: node.outcomeOf,
        logits: node[options.projection],
        z: new Float64Array(node.outcomes.length),
      })),
    }));
    this.#nodes = this.#questions.flatMap((question) => question.nodes);
    this.labelLogits = new Float64Array(options.values.length);
    this.probabilities = new Float64Array(options.values.length);
    this.#sum = new Float64Array(options.values.length);
    this.#mixed = new Float64Array(options.values.length);
  }

  /** p of Z = Σ_l w_l z_l. @param weights One for each of `layers`, in their order. */
  aggregate(line: number, layers: ArrayLike<number>, weights: ArrayLike<number>): void {
    for (const { outcomes, logits, z } of this.#nodes) {
      sumLayers(logits, line * this.#rows * outcomes, layers, weights, z);
    }
    this.#normalise(line);
  }

  /**
   * {@link expectation} of lines one after the other, by their Z = Σ_l w_l z_l; the distribution itself is
   * not kept.
   *
   * @param scores Taken on at [from, to), by line.
   */
  expectations(
    scores: Float64Array,
    [from, to]: readonly [from: number, to: number],
    layers: ArrayLike<number>,
    weights: ArrayLike<number>,
  ): void {
    const flat = this.#flatNode();
    for (let line = from; line < to; line++) {
      if (flat === null) {
        this.aggregate(line, layers, weights);
        scores[line] = this.expectation();
        continue;
      }
      const { logits, z, outcomes } = flat;
      sumLayers(logits, line * this.#rows * outcomes, layers, weights, z);
      scores[line] = flatExpectation(z, this.#values);
    }
  }

  /** p of one layer alone. */
  layer(line: number, layer: number): void {
    for (const { outcomes, logits, z } of this.#nodes) {
      const row = (line * this.#rows + layer) * outcomes;
      for (let k = 0; k < outcomes; k++) z[k] = logits[row + k] as number;
    }
    this.#normalise(line);
  }

  /** p = Σ_l w_l softmax(z_l): the `prob` ablation, which averages distributions, not logits. */
  averageProbabilities(line: number, layers: readonly number[], weights: ArrayLike<number>): void {
    const sum = this.#sum.fill(0);
    for (const [i, layer] of layers.entries()) {
      this.layer(line, layer);
      for (let label = 0; label < sum.length; label++) {
        sum[label] =
          (sum[label] as number) + (weights[i] as number) * (this.probabilities[label] as number);
      }
    }
    this.probabilities.set(sum);
  }

  /** Σ_k s_k p_k. */
  expectation(): number {
    return expectation(this.#values, this.probabilities);
  }

  /**
   * Value of the most probable label, the lowest of equals; of a checklist the mean of its questions'.
   * NaN without a distribution.
   */
  mode(): number {
    const [only] = this.#questions;
    if (only === undefined || only.shares !== null) return this.#mode;
    return this.#modeOf(only);
  }

  /** ln p of a node's outcomes, by the rounding `logarithm`; shape [outcomes]. */
  nodeLogProbabilities(node: number): Float64Array {
    return (this.#nodes[node] as Node).z;
  }

  /** The only node, whose outcomes are the labels themselves, by the rounding `logarithm`; else null. */
  #flatNode(): Node | null {
    const [only] = this.#questions;
    const [node] = this.#nodes;
    if (only === undefined || node === undefined || this.#nodes.length > 1) return null;
    const isFlat = node.outcomeOf.every((outcome, label) => outcome === label);
    return isFlat && only.shares === null && this.#rounding === "logarithm" ? node : null;
  }

  #isQuotient({ nodes }: Question): boolean {
    return this.#rounding === "quotient" && nodes.length === 1;
  }

  #modeOf(question: Question): number {
    if (this.probabilities.some(Number.isNaN)) return Number.NaN;
    // Logits of which the exponentials are the same float64 still tell labels apart.
    const best = argmax(this.#isQuotient(question) ? this.labelLogits : this.probabilities);
    return this.#values[best] as number;
  }

  #normalise(line: number): void {
    const [only] = this.#questions;
    if (only !== undefined && only.shares === null) this.#normaliseOne(only);
    else this.#mix(line);
  }

  /** p = Σ_q v_q p_q, with v the questions' shares in the line. */
  #mix(line: number): void {
    const { labelLogits, probabilities } = this;
    const mixed = this.#mixed.fill(0);
    this.#mode = 0;
    for (const question of this.#questions) {
      const share = question.shares?.[line] as number;
      if (share === 0) continue;
      this.#normaliseOne(question);
      this.#mode += share * this.#modeOf(question);
      for (let label = 0; label < mixed.length; label++) {
        mixed[label] = (mixed[label] as number) + share * (probabilities[label] as number);
      }
    }
    probabilities.set(mixed);
    for (let label = 0; label < mixed.length; label++) {
      // What no question leaves possible has no logarithm.
      labelLogits[label] = Math.log(Math.max(mixed[label] as number, Number.MIN_VALUE));
    }
  }

  #normaliseOne(question: Question): void {
    const { labelLogits, probabilities } = this;
    const isQuotient = this.#isQuotient(question);
    labelLogits.fill(0);
    for (const { outcomeOf, z } of question.nodes) {
      if (!isQuotient) logSoftmax(z, this.#rounding);
      for (let label = 0; label < outcomeOf.length; label++) {
        const outcome = outcomeOf[label] as number;
        if (outcome === -1) continue;
        labelLogits[label] = (labelLogits[label] as number) + (z[outcome] as number);
      }
    }
    if (isQuotient) {
      softmaxInto(labelLogits, probabilities);
      return;
    }
    for (let label = 0; label < labelLogits.length; label++) {
      probabilities[label] = Math.exp(labelLogits[label] as number);
    }
  }
}

/**
 * Z_k = Σ_l w_l z_{l,k} of one node, into `sums`. Each sum stays in a register, and four of them take
 * one pass over the layers; the order of every sum is that of the layers.
 *
 * @param logits from `start` on, shape [layers + 1, outcomes].
 */
function sumLayers(
  logits: Float32Array,
  start: number,
  layers: ArrayLike<number>,
  weights: ArrayLike<number>,
  sums: Float64Array,
): void {
  const outcomes = sums.length;
  let k = 0;
  for (; k + 4 <= outcomes; k += 4) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let i = 0; i < layers.length; i++) {
      const weight = weights[i] as number;
      const at = start + (layers[i] as number) * outcomes + k;
      first += weight * (logits[at] as number);
      second += weight * (logits[at + 1] as number);
      third += weight * (logits[at + 2] as number);
      fourth += weight * (logits[at + 3] as number);
    }
    sums[k] = first;
    sums[k + 1] = second;
    sums[k + 2] = third;
    sums[k + 3] = fourth;
  }
  for (; k < outcomes; k++) {
    let sum = 0;
    for (let i = 0; i < layers.length; i++) {
      sum +=
        (weights[i] as number) * (logits[start + (layers[i] as number) * outcomes + k] as number);
    }
    sums[k] = sum;
  }
}

/** Σ_k s_k p_k by ln p_k = z_k − (m + ln Σ), in one go: what a run's scores take most of their time for. */
function flatExpectation(z: Float64Array, values: ArrayLike<number>): number {
  const largest = largestOf(z);
  const shift = largest + logSumOf(z, largest);
  let sum = 0;
  for (let k = 0; k < z.length; k++)
    sum += (values[k] as number) * Math.exp((z[k] as number) - shift);
  return sum;
}

/** z_k − ln Σ_j exp(z_j), in place; the largest logit is subtracted first. */
export function logSoftmax(logits: Float64Array, rounding: Rounding): void {
  const largest = largestOf(logits);
  const logSum = logSumOf(logits, largest);
  if (rounding === "quotient") {
    for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] as number) - largest - logSum;
  } else {
    const shift = largest + logSum;
    for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] as number) - shift;
  }
}

function largestOf(logits: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k] as number);
  return largest;
}

/** ln Σ_j exp(z_j − m). */
function logSumOf(logits: Float64Array, largest: number): number {
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp((logits[k] as number) - largest);
  return Math.log(sum);
}
