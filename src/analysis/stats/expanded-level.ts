import { studentQuantile } from "./student-t.ts";

/**
 * Share of the resamples that an interval of `level` takes: its percentiles are a little wide, so that of
 * n units it covers as often as it says.
 *
 * Percentiles are those of a normal with the divisor n, where those of Student's t with n − 1 belong. The
 * expanded percentile interval (Hesterberg 2015, "What teachers should know about the bootstrap", The
 * American Statistician 69) takes the tails
 *
 *     α′/2 = Φ(−√(n/(n−1)) · t_{1−α/2, n−1}),    α = 1 − level,
 *
 * instead of α/2 each.
 *
 * @param level 0…1.
 * @param units That were drawn whole.
 * @returns 0…1; NaN with fewer than two units, of which nothing can be said.
 */
export function expandedLevel(level: number, units: number): number {
  if (units < 2) return Number.NaN;
  const t = studentQuantile((1 + level) / 2, units - 1);
  return normalWithin(Math.sqrt(units / (units - 1)) * t);
}

/** Probability of −z < Z < z of a standard normal Z: 2 φ(z) Σ_k z^{2k+1} / (2k + 1)!! (A&S 26.2.11). */
function normalWithin(z: number): number {
  // Beyond, float64 knows no difference to 1.
  if (z > 8.5) return 1;
  let term = z;
  let sum = z;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return Math.min(1, Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) * sum);
}
