/**
 * p_k = exp(z_k) / Σ_j exp(z_j) in float64, shape [labels].
 *
 * The largest logit is subtracted first, so that no logit, however large, overflows.
 * The logits must be finite.
 */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const probabilities = new Float64Array(logits.length);
  softmaxInto(logits, probabilities);
  return probabilities;
}

/** {@link softmax} into an array of the same length. */
export function softmaxInto(logits: ArrayLike<number>, probabilities: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k] as number);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    const exponential = Math.exp((logits[k] as number) - largest);
    probabilities[k] = exponential;
    sum += exponential;
  }
  for (let k = 0; k < logits.length; k++) {
    probabilities[k] = (probabilities[k] as number) / sum;
  }
}
