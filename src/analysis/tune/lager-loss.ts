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
    for (let l = 0; l < theta.length; l++) this.#weights[l] = Math.exp(this.#weights[l] as number);
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
    const crossEntropy = -(labelLogits[nearest] as number);
    const squaredError = (score - target) ** 2;
    const share = this.#share;
    this.loss += share * crossEntropy + (1 - share) * squaredError;
    this.alphaGradient += share * (1 - share) * (crossEntropy - squaredError);
    // With respect to ln p_k: of the expectation s_k p_k, of the cross-entropy −1 at its label.
    for (let k = 0; k < values.length; k++) {
      const p = probabilities[k] as number;
      this.#labelGradient[k] = (1 - share) * 2 * (score - target) * (values[k] as number) * p;
    }
    this.#labelGradient[nearest] = (this.#labelGradient[nearest] as number) - share;
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
        const outcome = outcomeOf[k] as number;
        if (outcome === -1) continue;
        outcomes[outcome] = (outcomes[outcome] as number) + (this.#labelGradient[k] as number);
        sum += this.#labelGradient[k] as number;
      }
      for (let o = 0; o < outcomeCount; o++) {
        outcomes[o] = (outcomes[o] as number) - Math.exp(logs[o] as number) * sum;
      }
      for (let l = 0; l < this.#layers.length; l++) {
        const start = (line * (layerCount + 1) + (this.#layers[l] as number)) * outcomeCount;
        let total = gradient[l] as number;
        for (let o = 0; o < outcomeCount; o++)
          total += (outcomes[o] as number) * (logits[start + o] as number);
        gradient[l] = total;
      }
    }
    let mean = 0;
    for (let l = 0; l < gradient.length; l++)
      mean += (this.#weights[l] as number) * (gradient[l] as number);
    for (let l = 0; l < gradient.length; l++) {
      this.thetaGradient[l] =
        (this.thetaGradient[l] as number) +
        (this.#weights[l] as number) * ((gradient[l] as number) - mean);
    }
  }
}

/** Index of the label whose value is nearest; of two as near, the lower. */
export function nearestLabel(values: readonly number[], target: number): number {
  let nearest = 0;
  for (let k = 1; k < values.length; k++) {
    if (Math.abs((values[k] as number) - target) < Math.abs((values[nearest] as number) - target))
      nearest = k;
  }
  return nearest;
}
