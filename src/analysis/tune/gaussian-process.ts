import { dot, solveFactored } from "./cholesky.ts";
import { CERTAINTY, MULTIPLE } from "./shared-ridge.ts";

/** A prior's weights, scaled to a spread of 1 over the rows, and what they make of the rows. */
export interface Prior {
  /** Shape [size]. */
  readonly direction: Float64Array;
  /** Shape [learned rows]. */
  readonly scores: Float64Array;
}

export function priorOf(
  direction: Float64Array,
  x: Float64Array,
  size: number,
  count: number,
): Prior {
  const scores = Float64Array.from({ length: count }, (_, i) =>
    dot(direction, x.subarray(i * size, (i + 1) * size)),
  );
  const square = dot(scores, scores);
  const scale = square > 1e-9 * count ? Math.sqrt(count / square) : 1;
  return {
    direction: direction.map((weight) => weight * scale),
    scores: scores.map((score) => score * scale),
  };
}

/** Fit of one strength with one prior. */
export interface PriorFit {
  /** Shape [learned rows]. */
  readonly dual: Float64Array;
  /** What the prior is multiplied by. */
  readonly multiple: number;
  /** Up to a constant, the noise integrated out. */
  readonly logEvidence: number;
}

/**
 * Gaussian process regression with the covariance C = A + e e' / μ and the mean e / 2, where e is the
 * prior's score of the rows: from A's factor, by Sherman and Morrison's formula.
 */
export function fitPrior(
  prior: Float64Array,
  {
    factor,
    determinant,
    targets,
    solved,
  }: {
    /** Of A. */
    readonly factor: Float64Array;
    /** ln det A. */
    readonly determinant: number;
    readonly targets: Float64Array;
    /** A⁻¹ y. */
    readonly solved: Float64Array;
  },
): PriorFit {
  const count = targets.length;
  const solvedPrior = solveFactored(factor, prior);
  const scale = CERTAINTY + dot(prior, solvedPrior);
  const rest = targets.map((y, i) => y - MULTIPLE * (prior[i] as number));
  const solvedRest = solved.map((y, i) => y - MULTIPLE * (solvedPrior[i] as number));
  const along = dot(prior, solvedRest) / scale;
  const dual = solvedRest.map((value, i) => value - along * (solvedPrior[i] as number));
  const square = Math.max(dot(rest, dual), 1e-9 * Math.max(1, count));
  return {
    dual,
    multiple: MULTIPLE + dot(prior, dual) / CERTAINTY,
    logEvidence: -0.5 * (count * Math.log(square) + determinant + Math.log(scale / CERTAINTY)),
  };
}
