/**
 * Deviations from the mean as shares of the largest one, so that no square over- or underflows:
 * correlations do not change with the unit. All zero where the values are equal.
 */
export function deviations(values: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? Number.NaN;
  const mean = sum / values.length;
  const centred = Float64Array.from(values, (value) => value - mean);
  const largest = centred.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? centred : centred.map((value) => value / largest);
}
