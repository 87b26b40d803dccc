/**
 * Deviations from the mean as shares of the largest one, so that no square over- or underflows:
 * correlations do not change with the unit. All zero where the values are equal.
 */
export function deviations(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i] as number;
  const mean = sum / count;
  const centred = new Float64Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const deviation = (values[i] as number) - mean;
    centred[i] = deviation;
    largest = Math.max(largest, Math.abs(deviation));
  }
  if (largest === 0) return centred;
  for (let i = 0; i < count; i++) centred[i] = (centred[i] as number) / largest;
  return centred;
}
