import { LagerError } from "../../base/errors.ts";
import { softmax } from "./softmax.ts";
import { expectation } from "./statistics.ts";

/** Steps of bisection that are enough for any bracket of float64. */
const MOST_STEPS = 200;

/**
 * The distribution with a given expectation that lies nearest to softmax(z): p_k ∝ exp(z_k + λ s_k),
 * which has the least Kullback–Leibler divergence from it of all that have this expectation
 * (exponential tilting). Shape [labels].
 *
 * @param logits z, finite, shape [labels].
 * @param values s, ascending and distinct, shape [labels].
 * @param mean The expectation wanted, within the first and last value; at either of them all
 *   probability lies on that label.
 * @throws LagerError `INVALID_ARGUMENT` when the mean lies outside of the values.
 */
export function tiltToMean(
  logits: ArrayLike<number>,
  values: ArrayLike<number>,
  mean: number,
): Float64Array {
  const count = logits.length;
  const lowest = values[0] ?? Number.NaN;
  const highest = values[count - 1] ?? Number.NaN;
  if (!(mean >= lowest && mean <= highest)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `no distribution over values from ${lowest} to ${highest} has the expectation ${mean}`,
    );
  }
  if (mean === lowest || mean === highest) {
    return Float64Array.from({ length: count }, (_, k) => (values[k] === mean ? 1 : 0));
  }
  const tilted = (lambda: number): Float64Array =>
    softmax(Float64Array.from(logits, (z, k) => z + lambda * ((values[k] ?? Number.NaN) - mean)));
  const isBelow = (lambda: number): boolean => expectation(values, tilted(lambda)) < mean;
  // The expectation grows with λ: a bracket by doubling, then bisection.
  let low = -1;
  let high = 1;
  while (!isBelow(low) && Number.isFinite(low)) low *= 2;
  while (isBelow(high) && Number.isFinite(high)) high *= 2;
  for (let step = 0; step < MOST_STEPS; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return tilted(high);
}
