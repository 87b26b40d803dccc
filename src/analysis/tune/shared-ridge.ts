import { dot, factorise, logDeterminant, solveFactored, times } from "./cholesky.ts";
import type { StandardMoments } from "./moments.ts";

/** How strongly the weights of standardised features are shrunk. */
export interface Shrinkage {
  /** λ, in lines: so many lines say as much as the prior does. */
  readonly strength: number;
  /** ρ > 0: how far criteria may differ from their common weights. */
  readonly apartness: number;
}

/** Weights of standardised features, and how well what they were shrunk to fits the data. */
export interface SharedWeights {
  /** Common to all criteria, shape [features]. */
  readonly common: Float64Array;
  /** Of each criterion, shape [criteria][features]. */
  readonly criteria: readonly Float64Array[];
  /** ln p(y | λ, ρ, π) up to a constant, the noise integrated out. */
  readonly logEvidence: number;
}

/** What is believed of the multiple of the direction: 0.5, as firmly as 300 lines would say it. */
export const MULTIPLE = 0.5;
export const CERTAINTY = 300;

/**
 * Ridge regression of all criteria at once: β_c = β₀ + δ_c minimises
 *
 *     Σ_c |y_c − X_c β_c|² + λ |β₀ − a π|² + μ (a − ½)² + (λ / ρ) Σ_c |δ_c|²
 *
 * over β₀, δ and a. So with little data the weights are about half of π, with much they are the
 * criterion's own. It is Bayesian linear regression with normal priors; the evidence is its marginal
 * likelihood.
 *
 * @param moments Standardised, of each criterion.
 * @returns What solves it for a direction π, shape [features]: what costs most does not depend on it.
 */
export function sharedRidge(
  moments: readonly StandardMoments[],
  { strength, apartness }: Shrinkage,
): (direction: Float64Array) => SharedWeights {
  const ownStrength = strength / apartness;
  const factors = moments.map(({ gram }) => factorise(withRidge(gram, ownStrength)));
  const coupling = couplingOf(factors, ownStrength);
  return (direction) => {
    const size = direction.length;
    const left = penalty(strength, direction);
    add(left, coupling, 1);
    const right = new Float64Array(size);
    const rests = moments.map(({ gram, product }, c) => {
      // Of what half the direction leaves of the targets: X'(y − X π/2).
      const rest = product.slice();
      add(rest, times(gram, direction), -MULTIPLE);
      add(right, solveFactored(factors[c] as Float64Array, rest), ownStrength);
      return rest;
    });
    const leftFactor = factorise(left);
    const common = solveFactored(leftFactor, right);
    let count = 0;
    let residual = 0;
    let logDeterminants = logDeterminant(leftFactor) - logPenalty(strength, direction);
    const criteria = moments.map(({ gram, yy, count: lines, product }, c) => {
      const factor = factors[c] as Float64Array;
      const rest = rests[c] as Float64Array;
      const open = rest.slice();
      add(open, times(gram, common), -1);
      const weights = solveFactored(factor, open);
      add(weights, common, 1);
      // y'y of what half the direction leaves, less what the weights explain of it.
      const square = yy - MULTIPLE * (dot(direction, product) + dot(direction, rest));
      residual += square - dot(rest, weights);
      count += lines;
      logDeterminants += logDeterminant(factor) - size * Math.log(ownStrength);
      return weights;
    });
    const logEvidence =
      -0.5 * (count * Math.log(Math.max(residual, 1e-9 * Math.max(1, count))) + logDeterminants);
    for (const weights of [common, ...criteria]) add(weights, direction, MULTIPLE);
    return { common, criteria, logEvidence };
  };
}

/** G + strength · I. */
function withRidge(gram: Float64Array, strength: number): Float64Array {
  const size = Math.round(Math.sqrt(gram.length));
  const matrix = gram.slice();
  for (let i = 0; i < size; i++) {
    matrix[i * size + i] = (matrix[i * size + i] as number) + strength;
  }
  return matrix;
}

/**
 * What the criteria's own weights leave of Σ_c G_c for the common ones. δ_c = A⁻¹ (b − G β₀) with
 * A = G + (λ/ρ) I, put into the sums for β₀, where G − G A⁻¹ G = (λ/ρ) (I − (λ/ρ) A⁻¹) and
 * b − G A⁻¹ b = (λ/ρ) A⁻¹ b.
 *
 * @param factors Of the A.
 */
function couplingOf(factors: readonly Float64Array[], ownStrength: number): Float64Array {
  const size = Math.round(Math.sqrt(factors[0]?.length ?? 0));
  const sum = new Float64Array(size * size);
  for (const factor of factors) {
    for (let j = 0; j < size; j++) {
      const unit = new Float64Array(size);
      unit[j] = 1;
      const inverse = solveFactored(factor, unit);
      for (let i = 0; i < size; i++) {
        const value = (i === j ? ownStrength : 0) - ownStrength ** 2 * (inverse[i] as number);
        sum[i * size + j] = (sum[i * size + j] as number) + value;
      }
    }
  }
  return sum;
}

/** (I/λ + ππ'/μ)⁻¹: λ I, but less along the direction. */
function penalty(strength: number, direction: Float64Array): Float64Array {
  const size = direction.length;
  const matrix = new Float64Array(size * size);
  const along = strength ** 2 / (CERTAINTY + strength * dot(direction, direction));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      matrix[i * size + j] =
        (i === j ? strength : 0) - along * (direction[i] as number) * (direction[j] as number);
    }
  }
  return matrix;
}

/** ln det of the {@link penalty}. */
function logPenalty(strength: number, direction: Float64Array): number {
  const share = (strength * dot(direction, direction)) / CERTAINTY;
  return direction.length * Math.log(strength) - Math.log1p(share);
}

function add(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++)
    target[i] = (target[i] as number) + factor * (source[i] as number);
}
