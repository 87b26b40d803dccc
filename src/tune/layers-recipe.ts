import type { LinearMap, LinearMaps } from "../weights/weights-format.ts";
import { dot, times } from "./cholesky.ts";
import {
  Moments,
  type Standard,
  type StandardMoments,
  standardise,
  standardOf,
} from "./moments.ts";
import { type SharedWeights, type Shrinkage, sharedRidge } from "./shared-ridge.ts";

/** Weights of layers' expectations, and how they were shrunk. */
export interface LayersFit {
  readonly maps: LinearMaps;
  /** Of standardised expectations, mean over the criteria, shape [layers]. */
  readonly layerWeights: Float64Array;
  readonly shrinkage: Shrinkage;
}

/** λ, from none to speak of to all. Large ones first: of two as good, the simpler is taken. */
export const STRENGTHS = [1e6, 1e5, 1e4, 3e3, 1e3, 300, 100, 30, 10] as const;
/** ρ. */
export const APARTNESSES = [0, 0.3, 1] as const;

/**
 * Fits a linear score of layers' expectations to human scores, by shared ridge regression whose
 * strength and apartness are those with the best correlation on folds that were left out.
 *
 * @param folds Sums of the training lines, shape [folds][criteria].
 * @param criteria Their names.
 * @param priors Directions toward which weights may be shrunk; `null` is zero.
 */
export function fitLayers(
  folds: readonly (readonly Moments[])[],
  criteria: readonly string[],
  priors: readonly (Float64Array | null)[],
): LayersFit {
  const shrinkage = chooseShrinkage(folds, priors);
  const size = folds[0]?.[0]?.size ?? 0;
  const all = criteria.map((_, c) => Moments.sum(size, partsOf(folds, c)));
  const present = all.map(({ count }) => count > 0);
  const standards = all.map(standardOf);
  const weights = sharedRidge(
    all.map((moments, c) => standardise(moments, standards[c] as Standard)),
    shrinkage,
  );
  const maps: Record<string, LinearMap> = {};
  for (const [c, name] of criteria.entries()) {
    if (!present[c]) continue;
    maps[name] = linearMap(weights.criteria[c] as Float64Array, standards[c] as Standard);
  }
  const pooled = standardOf(Moments.sum(size, all));
  return {
    maps: { criteria: maps, pooled: linearMap(weights.common, pooled) },
    layerWeights: meanWeights(weights, present),
    shrinkage,
  };
}

/** The shrinkage with the best correlation between left-out folds' predictions and targets. */
function chooseShrinkage(
  folds: readonly (readonly Moments[])[],
  priors: readonly (Float64Array | null)[],
): Shrinkage {
  const size = folds[0]?.[0]?.size ?? 0;
  const criteria = folds[0]?.length ?? 0;
  const rounds = folds.map((heldOut, fold) => {
    const rest = folds.filter((_, f) => f !== fold);
    const training = Array.from({ length: criteria }, (_, c) =>
      Moments.sum(size, partsOf(rest, c)),
    );
    const standards = training.map(standardOf);
    const standardised = (moments: readonly Moments[]) =>
      moments.map((each, c) => standardise(each, standards[c] as Standard));
    return { training: standardised(training), heldOut: standardised(heldOut) };
  });
  let best: { shrinkage: Shrinkage; correlation: number } | null = null;
  for (const prior of priors) {
    for (const apartness of criteria > 1 ? APARTNESSES : [0]) {
      for (const strength of STRENGTHS) {
        const shrinkage = { strength, apartness, prior };
        const sums = new CorrelationSums();
        for (const { training, heldOut } of rounds) {
          const weights = sharedRidge(training, shrinkage);
          for (const [c, moments] of heldOut.entries()) {
            sums.add(moments, weights.criteria[c] as Float64Array);
          }
        }
        const { correlation } = sums;
        if (best === null || correlation > best.correlation) best = { shrinkage, correlation };
      }
    }
  }
  return best?.shrinkage ?? { strength: 1e6, apartness: 0, prior: priors[0] ?? null };
}

/** Pearson's correlation of predictions x·w with targets, from sums alone. */
class CorrelationSums {
  #count = 0;
  #p = 0;
  #pp = 0;
  #y = 0;
  #yy = 0;
  #py = 0;

  add(moments: StandardMoments, weights: Float64Array): void {
    this.#count += moments.count;
    this.#p += dot(moments.x, weights);
    this.#pp += dot(weights, times(moments.gram, weights));
    this.#y += moments.y;
    this.#yy += moments.yy;
    this.#py += dot(moments.product, weights);
  }

  /** 0 where nothing varies. */
  get correlation(): number {
    const n = Math.max(1, this.#count);
    const covariance = this.#py - (this.#p * this.#y) / n;
    const squares = (this.#pp - this.#p ** 2 / n) * (this.#yy - this.#y ** 2 / n);
    return squares > 1e-18 ? covariance / Math.sqrt(squares) : 0;
  }
}

/** The map of unstandardised features onto the target's units. */
function linearMap(weights: Float64Array, standard: Standard): LinearMap {
  const coefficients = Array.from(
    weights,
    (weight, i) => (weight * standard.spread) / (standard.deviations[i] as number),
  );
  const shift = coefficients.reduce(
    (sum, coefficient, i) => sum + coefficient * (standard.means[i] as number),
    0,
  );
  return { offset: standard.center - shift, coefficients };
}

function meanWeights(
  { criteria, common }: SharedWeights,
  present: readonly boolean[],
): Float64Array {
  const used = criteria.filter((_, c) => present[c]);
  return common.map(
    (_, i) =>
      used.reduce((sum, weights) => sum + (weights[i] as number), 0) / Math.max(1, used.length),
  );
}

function partsOf(folds: readonly (readonly Moments[])[], criterion: number): Moments[] {
  return folds.map((fold) => fold[criterion] as Moments);
}
