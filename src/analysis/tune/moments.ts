/**
 * Sums over labelled lines, from which every linear fit on them follows: Σ 1, Σ x, Σ y, Σ x xᵀ, Σ x y
 * and Σ y². Sums of parts add up, so that cross-validation never looks at a line twice.
 */
export class Moments {
  readonly size: number;
  count = 0;
  y = 0;
  yy = 0;
  /** Shape [features]. */
  readonly x: Float64Array;
  readonly xy: Float64Array;
  /** Row-major, shape [features, features]. */
  readonly xx: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.x = new Float64Array(size);
    this.xy = new Float64Array(size);
    this.xx = new Float64Array(size * size);
  }

  /** Adds a line's features, shape [features], and its target. */
  add(features: Float64Array, target: number): void {
    const { size, x, xy, xx } = this;
    this.count++;
    this.y += target;
    this.yy += target * target;
    for (let i = 0; i < size; i++) {
      const value = features[i] as number;
      x[i] = (x[i] as number) + value;
      xy[i] = (xy[i] as number) + value * target;
      for (let j = 0; j <= i; j++) {
        const at = i * size + j;
        xx[at] = (xx[at] as number) + value * (features[j] as number);
      }
    }
  }

  /** The sum of several. */
  static sum(size: number, parts: readonly Moments[]): Moments {
    const total = new Moments(size);
    for (const part of parts) {
      total.count += part.count;
      total.y += part.y;
      total.yy += part.yy;
      addTo(total.x, part.x);
      addTo(total.xy, part.xy);
      addTo(total.xx, part.xx);
    }
    return total;
  }
}

/** Where features and target lie and how far they spread, of one criterion. */
export interface Standard {
  readonly means: Float64Array;
  /** Standard deviations; 1 where a feature does not vary. */
  readonly deviations: Float64Array;
  readonly center: number;
  /** 1 where the target does not vary. */
  readonly spread: number;
}

/** Sums of standardised features and target: G = Σ x xᵀ, b = Σ x y, and the sums for a correlation. */
export interface StandardMoments {
  readonly count: number;
  readonly gram: Float64Array;
  readonly product: Float64Array;
  readonly x: Float64Array;
  readonly y: number;
  readonly yy: number;
}

/** Too small a spread to be more than rounding. */
export const LEAST_DEVIATION = 1e-9;

export function standardOf(moments: Moments): Standard {
  const { size, count } = moments;
  const means = moments.x.map((sum) => sum / Math.max(1, count));
  const deviations = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const mean = means[i] as number;
    const square = (moments.xx[i * size + i] as number) / Math.max(1, count) - mean * mean;
    const deviation = Math.sqrt(Math.max(0, square));
    deviations[i] = deviation < LEAST_DEVIATION ? 1 : deviation;
  }
  const center = moments.y / Math.max(1, count);
  const spread = Math.sqrt(Math.max(0, moments.yy / Math.max(1, count) - center * center));
  return { means, deviations, center, spread: spread < LEAST_DEVIATION ? 1 : spread };
}

/** The sums as they would be of standardised features and targets. */
export function standardise(moments: Moments, standard: Standard): StandardMoments {
  const { size, count } = moments;
  const { means, deviations, center, spread } = standard;
  const gram = new Float64Array(size * size);
  const product = new Float64Array(size);
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const meanI = means[i] as number;
    const deviationI = deviations[i] as number;
    const sumI = moments.x[i] as number;
    x[i] = (sumI - count * meanI) / deviationI;
    product[i] =
      ((moments.xy[i] as number) - center * sumI - meanI * moments.y + count * meanI * center) /
      (deviationI * spread);
    for (let j = 0; j <= i; j++) {
      const meanJ = means[j] as number;
      const value =
        ((moments.xx[i * size + j] as number) -
          meanI * (moments.x[j] as number) -
          meanJ * sumI +
          count * meanI * meanJ) /
        (deviationI * (deviations[j] as number));
      gram[i * size + j] = value;
      gram[j * size + i] = value;
    }
  }
  return {
    count,
    gram,
    product,
    x,
    y: (moments.y - count * center) / spread,
    yy: (moments.yy - 2 * center * moments.y + count * center * center) / (spread * spread),
  };
}

function addTo(total: Float64Array, part: Float64Array): void {
  for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (part[i] as number);
}
