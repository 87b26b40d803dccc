/**
 * Σ_k s_k p_k, in the units of `values`.
 *
 * @param values Numeric values of the labels, shape [labels].
 * @param probabilities Their distribution, shape [labels].
 */
export function expectation(values: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    sum += (values[k] ?? Number.NaN) * (probabilities[k] ?? Number.NaN);
  }
  return sum;
}

/** −Σ_k p_k ln p_k in nats, where 0 ln 0 = 0; between 0 and ln K. */
export function entropy(probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const p = probabilities[k] ?? Number.NaN;
    if (p !== 0) sum -= p * Math.log(p);
  }
  // A single certain label gives −(1 · 0) = −0.
  return sum === 0 ? 0 : sum;
}

/** √(Σ_k p_k (s_k − μ)²) with μ the expectation, in the units of `values`. */
export function standardDeviation(
  values: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): number {
  const mean = expectation(values, probabilities);
  let variance = 0;
  for (let k = 0; k < probabilities.length; k++) {
    variance += (probabilities[k] ?? Number.NaN) * ((values[k] ?? Number.NaN) - mean) ** 2;
  }
  return Math.sqrt(variance);
}

/**
 * Index of the largest element. Ties go to the lowest index, which is the lowest label, as
 * labels stand in ascending order of their values.
 */
export function argmax(elements: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < elements.length; k++) {
    if ((elements[k] ?? Number.NaN) > (elements[best] ?? Number.NaN)) best = k;
  }
  return best;
}
