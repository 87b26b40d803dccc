/**
 * Krippendorff's α with the interval metric: 1 − D_o / D_e, where D_o is the mean squared difference of
 * two ratings of one unit and D_e that of any two ratings. 1 is full agreement, 0 what chance gives.
 * Units with fewer than two ratings tell nothing of agreement and are left out.
 *
 * K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
 *
 * @param units the ratings of each unit, by as many raters as there were.
 * @returns null where no unit has two ratings, or all ratings are the same.
 */
export function krippendorffAlpha(units: readonly (readonly number[])[]): number | null {
  const paired = units.filter((ratings) => ratings.length > 1);
  const all = paired.flat();
  if (all.length === 0) return null;
  let observed = 0;
  for (const ratings of paired) {
    // Ordered pairs within the unit, by its number of ratings less one.
    observed += pairSquares(ratings) / (ratings.length - 1);
  }
  observed /= all.length;
  const expected = pairSquares(all) / (all.length * (all.length - 1));
  return expected === 0 ? null : 1 - observed / expected;
}

/** Σ (a − b)² over ordered pairs: 2 n Σ (a − mean)². */
function pairSquares(ratings: readonly number[]): number {
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  return 2 * ratings.length * ratings.reduce((sum, rating) => sum + (rating - mean) ** 2, 0);
}

/**
 * Cohen's κ with quadratic weights, of two raters: 1 − Σ (a_i − b_i)² / n over what the same marginals
 * would give by chance, Σ_ij (a_i − b_j)² / n².
 *
 * J. Cohen, "Weighted kappa" (1968).
 *
 * @param first of the same units as `second`, in the same order.
 * @returns null where there is no unit, or chance gives full agreement.
 */
export function quadraticKappa(first: readonly number[], second: readonly number[]): number | null {
  const n = first.length;
  if (n === 0) return null;
  const mean = (ratings: readonly number[]): number =>
    ratings.reduce((sum, rating) => sum + rating, 0) / n;
  const variance = (ratings: readonly number[], center: number): number =>
    ratings.reduce((sum, rating) => sum + (rating - center) ** 2, 0) / n;
  const observed =
    first.reduce((sum, rating, i) => sum + (rating - (second[i] ?? Number.NaN)) ** 2, 0) / n;
  const [meanFirst, meanSecond] = [mean(first), mean(second)];
  const expected =
    variance(first, meanFirst) + variance(second, meanSecond) + (meanFirst - meanSecond) ** 2;
  return expected === 0 ? null : 1 - observed / expected;
}
