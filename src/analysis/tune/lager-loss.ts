import type { LabelLogits } from "./label-logits.ts";

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
  readonly #data: LabelLogits;
  readonly #layers: readonly number[];
  /** ∂loss/∂θ summed over {@link add}s, shape [layers]. */
  readonly thetaGradient: Float64Array;
  /** ∂loss/∂α summed over {@link add}s. */
  alphaGradient = 0;
  /** Summed over {@link add}s. */
  loss = 0;
  readonly #weights: Float64Array;
  readonly #weightGradient: Float64Array;
  /** ln p at each node, shape [nodes][outcomes]. */
  readonly #nodeLogs: readonly Float64Array[];
  readonly #outcomeGradient: Float64Array;
  readonly #labelLogs: Float64Array;
  readonly #labelGradient: Float64Array;
  #share = 0.5;

  /** @param layers Row in each line of the layers that are weighted, shape [layers]. */
  constructor(data: LabelLogits, layers: readonly number[]) {
    this.#data = data;
    this.#layers = layers;
    this.thetaGradient = new Float64Array(layers.length);
    this.#weights = new Float64Array(layers.length);
    this.#weightGradient = new Float64Array(layers.length);
    this.#nodeLogs = data.nodes.map(({ outcomeCount }) => new Float64Array(outcomeCount));
    this.#outcomeGradient = new Float64Array(
      Math.max(...data.nodes.map(({ outcomeCount }) => outcomeCount)),
    );
    this.#labelLogs = new Float64Array(data.values.length);
    this.#labelGradient = new Float64Array(data.values.length);
  }

  /** Starts a batch: forgets the sums, and takes parameters. */
  begin(theta: Float64Array, alpha: number): void {
    softmaxInto(theta, this.#weights);
    this.#share = 1 / (1 + Math.exp(-alpha));
    this.thetaGradient.fill(0);
    this.alphaGradient = 0;
    this.loss = 0;
  }

  /** The score of a line with the parameters of the batch. */
  score(line: number): number {
    this.#forward(line);
    const { values } = this.#data;
    let score = 0;
    for (let k = 0; k < values.length; k++)
      score += at(values, k) * Math.exp(at(this.#labelLogs, k));
    return score;
  }

  /** Adds a line's loss and gradient. @param target y, on the scale's units. */
  add(line: number, target: number): void {
    const { values } = this.#data;
    const score = this.score(line);
    const nearest = nearestLabel(values, target);
    const crossEntropy = -at(this.#labelLogs, nearest);
    const squaredError = (score - target) ** 2;
    const share = this.#share;
    this.loss += share * crossEntropy + (1 - share) * squaredError;
    this.alphaGradient += share * (1 - share) * (crossEntropy - squaredError);
    // With respect to ln p_k: of the expectation s_k p_k, of the cross-entropy −1 at its label.
    for (let k = 0; k < values.length; k++) {
      const p = Math.exp(at(this.#labelLogs, k));
      this.#labelGradient[k] = (1 - share) * 2 * (score - target) * at(values, k) * p;
    }
    this.#labelGradient[nearest] = at(this.#labelGradient, nearest) - share;
    this.#backward(line);
  }

  /** ln p of the labels, and ln p at each node. */
  #forward(line: number): void {
    const { nodes, rowsPerLine } = this.#data;
    this.#labelLogs.fill(0);
    for (let n = 0; n < nodes.length; n++) {
      const node = nodes[n];
      const logs = this.#nodeLogs[n];
      if (node === undefined || logs === undefined) continue;
      const { outcomeCount, outcomeOf, logits } = node;
      logs.fill(0);
      for (let l = 0; l < this.#layers.length; l++) {
        const start = (line * rowsPerLine + at(this.#layers, l)) * outcomeCount;
        const weight = at(this.#weights, l);
        for (let o = 0; o < outcomeCount; o++)
          logs[o] = at(logs, o) + weight * at(logits, start + o);
      }
      logSoftmax(logs);
      for (let k = 0; k < this.#labelLogs.length; k++) {
        const outcome = at(outcomeOf, k);
        if (outcome !== -1) this.#labelLogs[k] = at(this.#labelLogs, k) + at(logs, outcome);
      }
    }
  }

  /** From ∂/∂ln p_k through each node's logits and the layer weights to θ. */
  #backward(line: number): void {
    const { nodes, rowsPerLine } = this.#data;
    const gradient = this.#weightGradient.fill(0);
    for (let n = 0; n < nodes.length; n++) {
      const node = nodes[n];
      const logs = this.#nodeLogs[n];
      if (node === undefined || logs === undefined) continue;
      const { outcomeCount, outcomeOf, logits } = node;
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
        const start = (line * rowsPerLine + at(this.#layers, l)) * outcomeCount;
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

/** z_k − ln Σ_j exp(z_j), in place. */
function logSoftmax(logits: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let o = 0; o < logits.length; o++) largest = Math.max(largest, at(logits, o));
  let sum = 0;
  for (let o = 0; o < logits.length; o++) sum += Math.exp(at(logits, o) - largest);
  const shift = largest + Math.log(sum);
  for (let o = 0; o < logits.length; o++) logits[o] = at(logits, o) - shift;
}

function softmaxInto(theta: Float64Array, weights: Float64Array): void {
  weights.set(theta);
  logSoftmax(weights);
  for (let l = 0; l < weights.length; l++) weights[l] = Math.exp(at(weights, l));
}

/** An element that is there. */
function at(elements: ArrayLike<number>, index: number): number {
  return elements[index] ?? Number.NaN;
}
