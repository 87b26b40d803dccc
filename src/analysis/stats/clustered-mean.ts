/** A mean with the standard error that holds where values of a group resemble each other. */
export interface ClusteredMean {
  readonly mean: number;
  /** NaN with fewer than two groups. */
  readonly standardError: number;
  /** Groups with a value: the t test has one degree of freedom less. */
  readonly groups: number;
}

/**
 * The mean of values in groups, with the cluster-robust standard error
 *
 *     se² = G / (G − 1) · Σ_g (Σ_{i∈g} (x_i − mean))² / n²
 *
 * (Liang and Zeger 1986, with the correction that statsmodels and Stata use). With groups of one value
 * each it is s / √n, that of the paired t test.
 *
 * @param sums By group, shape [groups].
 * @param counts Values of each group; groups without any do not count.
 */
export function clusteredMean(sums: Float64Array, counts: Float64Array): ClusteredMean {
  const n = counts.reduce((total, count) => total + count, 0);
  const mean = sums.reduce((total, sum) => total + sum, 0) / n;
  let squares = 0;
  let groups = 0;
  for (let group = 0; group < sums.length; group++) {
    const count = counts[group] as number;
    if (count === 0) continue;
    groups++;
    squares += ((sums[group] as number) - count * mean) ** 2;
  }
  const variance = groups < 2 ? Number.NaN : (groups / (groups - 1)) * (squares / (n * n));
  return { mean, standardError: Math.sqrt(variance), groups };
}
