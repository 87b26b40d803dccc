/**
 * Two-sided p of Student's t: the probability of a |T| at least as large, with `df` degrees of freedom.
 *
 * p = I_x(df/2, 1/2) with x = df / (df + t²), I being the regularised incomplete beta function.
 */
export function studentTwoSided(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  return incompleteBeta(df / (df + square), square / (df + square), df / 2, 0.5);
}

/**
 * The t below which a share of Student's t lies; the inverse of its distribution function, by bisection.
 *
 * @param share 0.5 ≤ share < 1.
 */
export function studentQuantile(share: number, df: number): number {
  const tail = 2 * (1 - share);
  let high = 1;
  while (studentTwoSided(high, df) > tail) high *= 2;
  let low = 0;
  // Each step gives one more bit; float64 has no more of them.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, df) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * I_x(a, b) by Lentz's continued fraction (DLMF 8.17.22), which converges fast on the side where
 * x < (a + 1) / (a + b + 2); the other side is 1 − I_{1−x}(b, a).
 *
 * @param y 1 − x, which is more exact where the caller has it.
 */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta(a, b)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * fraction;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1), from an argument that is large enough for it. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 15) {
    shift += Math.log(z);
    z++;
  }
  const inverse = 1 / (z * z);
  const series = SERIES.reduceRight((sum, coefficient) => sum * inverse + coefficient, 0) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}

/** B_{2k} / (2k (2k − 1)), k = 1, 2, … */
const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
