import {
  LabelDistribution,
  type LabelDistributionOptions,
  logSoftmax,
} from "../../scoring/distribution/label-distribution.ts";
import type { NodeLogits } from "../../scoring/distribution/node-logits.ts";

/** Logits of many lines, and which of them are learned from. */
export interface LineLogits extends Omit<LabelDistributionOptions, "rounding"> {
  readonly nodes: readonly NodeLogits[];
}

/**
 * The paper's loss of one line and its gradient (LAGER, arXiv 2508.03550):
 *
 *     w = softmax(θ)    Z_k = Σ_l w_l z_{l,k}    p = softmax(Z)    score = Σ_k s_k p_k
 *     loss = σ(α) · CE + (1 − σ(α)) · (score − y)²,    CE = −ln p_c
 *
 * where c is the label nearest to y; of two as near, the lower. Where labels have several tokens, Z
 * is aggregated at each node and ln p_k is the sum along the label's path.
 *
 * Everything is float64. The gradients are analytic; a test checks them by finite differences.
 */
export class LagerLoss {
  /** ∂loss/∂θ summed over {@link add}s, shape [layers]. */
  readonly thetaGradient: Float64Array;
  /** ∂loss/∂α summed over {@link add}s. */
  alphaGradient = 0;
  /** Summed over {@link add}s. */
  loss = 0;
  readonly #data: LineLogits;
  readonly #layers: readonly number[];
  readonly #distribution: LabelDistribution;
  readonly #weights: Float64Array;
  readonly #weightGradient: Float64Array;
  readonly #outcomeGradient: Float64Array;
  readonly #labelGradient: Float64Array;
  #share = 0.5;

  /** @param layers The layers that are weighted, shape [layers]. */
  constructor(data: LineLogits, layers: readonly number[]) {
    this.#data = data;
    this.#layers = layers;
    this.#distribution = new LabelDistribution(data.nodes, { ...data, rounding: "logarithm" });
    this.thetaGradient = new Float64Array(layers.length);
    this.#weights = new Float64Array(layers.length);
    this.#weightGradient = new Float64Array(layers.length);
    this.#outcomeGradient = new Float64Array(
      Math.max(...data.nodes.map(({ outcomes }) => outcomes.length)),
    );
    this.#labelGradient = new Float64Array(data.values.length);
  }

  /** Starts a batch: forgets the sums, and takes parameters. */
  begin(theta: Float64Array, alpha: number): void {
    this.#weights.set(theta);
    logSoftmax(this.#weights, "logarithm");
    for (let l = 0; l < theta.length; l++) this.#weights[l] = Math.exp(at(this.#weights, l));
    this.#share = 1 / (1 + Math.exp(-alpha));
    this.thetaGradient.fill(0);
    this.alphaGradient = 0;
    this.loss = 0;
  }

  /** The score of a line with the parameters of the batch. */
  score(line: number): number {
    this.#distribution.aggregate(line, this.#layers, this.#weights);
    return this.#distribution.expectation();
  }

  /** Adds a line's loss and gradient. @param target y, on the scale's units. */
  add(line: number, target: number): void {
    const { values } = this.#data;
    const { labelLogits, probabilities } = this.#distribution;
    const score = this.score(line);
    const nearest = nearestLabel(values, target);
    const crossEntropy = -at(labelLogits, nearest);
    const squaredError = (score - target) ** 2;
    const share = this.#share;
    this.loss += share * crossEntropy + (1 - share) * squaredError;
    this.alphaGradient += share * (1 - share) * (crossEntropy - squaredError);
    // With respect to ln p_k: of the expectation s_k p_k, of the cross-entropy −1 at its label.
    for (let k = 0; k < values.length; k++) {
      const p = at(probabilities, k);
      this.#labelGradient[k] = (1 - share) * 2 * (score - target) * at(values, k) * p;
    }
    this.#labelGradient[nearest] = at(this.#labelGradient, nearest) - share;
    this.#backward(line);
  }

  /** From ∂/∂ln p_k through each node's logits and the layer weights to θ. */
  #backward(line: number): void {
    const { nodes, projection, layerCount } = this.#data;
    const gradient = this.#weightGradient.fill(0);
    for (const [n, node] of nodes.entries()) {
      const logs = this.#distribution.nodeLogProbabilities(n);
      const logits = node[projection];
      const { outcomeOf } = node;
      const outcomeCount = node.outcomes.length;
      const outcomes = this.#outcomeGradient.fill(0);
      let sum = 0;
      for (let k = 0; k < this.#labelGradient.length; k++) {
        const outcome = at(outcomeOf, k);
        if (outcome === -1) continue;
        outcomes[outcome] = at(outcomes, outcome) + at(this.#labelGradient, k);
        sum += at(this.#labelGradient, k);
      }
      for (let o = 0; o < outcomeCount; o++) {
        outcomes[o] = at(outcomes, o) - Math.exp(at(logs, o)) * sum;
      }
      for (let l = 0; l < this.#layers.length; l++) {
        const start = (line * (layerCount + 1) + at(this.#layers, l)) * outcomeCount;
        let total = at(gradient, l);
        for (let o = 0; o < outcomeCount; o++) total += at(outcomes, o) * at(logits, start + o);
        gradient[l] = total;
      }
    }
    let mean = 0;
    for (let l = 0; l < gradient.length; l++) mean += at(this.#weights, l) * at(gradient, l);
    for (let l = 0; l < gradient.length; l++) {
      this.thetaGradient[l] =
        at(this.thetaGradient, l) + at(this.#weights, l) * (at(gradient, l) - mean);
    }
  }
}

/** Index of the label whose value is nearest; of two as near, the lower. */
export function nearestLabel(values: readonly number[], target: number): number {
  let nearest = 0;
  for (let k = 1; k < values.length; k++) {
    if (Math.abs(at(values, k) - target) < Math.abs(at(values, nearest) - target)) nearest = k;
  }
  return nearest;
}

/** An element that is there. */
function at(elements: ArrayLike<number>, index: number): number {
  return elements[index] ?? Number.NaN;
}
