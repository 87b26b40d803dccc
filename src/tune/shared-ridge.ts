import { dot, solvePositive, times } from "./cholesky.ts";
import type { StandardMoments } from "./moments.ts";

/** How strongly, and toward what, the weights of standardised features are shrunk. */
export interface Shrinkage {
  /** λ: the larger, the nearer the weights come to the prior direction. */
  readonly strength: number;
  /** ρ: how far criteria may differ from their common weights; 0: not at all. */
  readonly apartness: number;
  /** Direction that is not shrunk (only a positive multiple of it is); null: toward zero. */
  readonly prior: Float64Array | null;
}

/** Weights of standardised features. */
export interface SharedWeights {
  /** Common to all criteria, shape [features]. */
  readonly common: Float64Array;
  /** Of each criterion, shape [criteria][features]. */
  readonly criteria: readonly Float64Array[];
}

/** Shrinkage of the prior direction itself, in lines: hardly any. */
const PRIOR_STRENGTH = 1;

/**
 * Ridge regression of all criteria at once: β_c = β₀ + δ_c minimises
 *
 *     Σ_c |y_c − X_c β_c|² + λ |β₀ − a π|² + (λ / ρ) Σ_c |δ_c|²
 *
 * over β₀, δ and a ≥ 0, where π is the prior direction. With little data the weights are a multiple
 * of π, with one strength for all criteria; with much they are the criterion's own.
 *
 * @param moments Standardised, of each criterion.
 */
export function sharedRidge(
  moments: readonly StandardMoments[],
  shrinkage: Shrinkage,
): SharedWeights {
  const weights = ridgeWeights(moments, shrinkage);
  const { prior, strength } = shrinkage;
  if (prior === null || dot(weights.common, prior) > 0) return weights;
  // With little room beside it, the prior direction stands against what the data say of its sign.
  if (strength < STRONG) return ridgeWeights(moments, { ...shrinkage, prior: null });
  const length = Math.sqrt(dot(prior, prior)) || 1;
  const common = prior.map((value) => (value * LEAST_MULTIPLE) / length);
  return { common, criteria: moments.map(() => common) };
}

/** From there on, weights are a multiple of the prior direction and little else. */
const STRONG = 1e4;

/** The multiple of the prior direction that is left where the data would turn it round. */
const LEAST_MULTIPLE = 0.05;

function ridgeWeights(
  moments: readonly StandardMoments[],
  { strength, apartness, prior }: Shrinkage,
): SharedWeights {
  const size = moments[0]?.x.length ?? 0;
  const left = penalty(size, strength, prior);
  const right = new Float64Array(size);
  const eliminated: { gram: Float64Array; product: Float64Array; own: Float64Array }[] = [];
  for (const { gram, product } of moments) {
    if (apartness === 0) {
      add(left, gram, 1);
      add(right, product, 1);
      continue;
    }
    // δ_c = A⁻¹ (b − G β₀) with A = G + (λ/ρ) I, put into the sums for β₀: A⁻¹ G = I − (λ/ρ) A⁻¹.
    const own = gram.slice();
    for (let i = 0; i < size; i++) {
      own[i * size + i] = (own[i * size + i] as number) + strength / apartness;
    }
    const columns = Array.from({ length: size }, (_, i) => gram.slice(i * size, (i + 1) * size));
    const [inverseProduct, ...inverseGram] = solvePositive(own, [product, ...columns]);
    add(left, gram, 1);
    for (const [j, column] of inverseGram.entries()) {
      const correction = times(gram, column);
      for (let i = 0; i < size; i++) {
        left[i * size + j] = (left[i * size + j] as number) - (correction[i] as number);
      }
    }
    add(right, product, 1);
    add(right, times(gram, inverseProduct ?? new Float64Array(size)), -1);
    eliminated.push({ gram, product, own });
  }
  const [common = new Float64Array(size)] = solvePositive(left, [right]);
  if (apartness === 0) return { common, criteria: moments.map(() => common) };
  return {
    common,
    criteria: eliminated.map(({ gram, product, own }) => {
      const rest = product.slice();
      add(rest, times(gram, common), -1);
      const [difference = new Float64Array(size)] = solvePositive(own, [rest]);
      add(difference, common, 1);
      return difference;
    }),
  };
}

/** λ I, but hardly anything along the prior direction. */
function penalty(size: number, strength: number, prior: Float64Array | null): Float64Array {
  const matrix = new Float64Array(size * size);
  const square = prior === null ? 0 : dot(prior, prior);
  for (let i = 0; i < size; i++) {
    matrix[i * size + i] = strength;
    if (prior === null || square === 0) continue;
    for (let j = 0; j < size; j++) {
      const share = ((prior[i] as number) * (prior[j] as number)) / square;
      matrix[i * size + j] =
        (matrix[i * size + j] as number) - Math.max(0, strength - PRIOR_STRENGTH) * share;
    }
  }
  return matrix;
}

function add(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = (target[i] as number) + factor * (source[i] as number);
  }
}
