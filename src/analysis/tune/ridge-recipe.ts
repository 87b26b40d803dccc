import { softmax } from "../../scoring/distribution/softmax.ts";
import { dot, times } from "./cholesky.ts";
import { type Moments, type Standard, standardise, standardOf } from "./moments.ts";
import type { Belief } from "./priors.ts";
import type { FeatureWeights } from "./row-features.ts";
import { type SharedWeights, sharedRidge } from "./shared-ridge.ts";

/** Weights of standardised features, and how they were shrunk. */
export interface RidgeFit extends FeatureWeights {
  /** λ, averaged as the weights are (geometric mean). */
  readonly strength: number;
  /** Shares of the beliefs in the average, shape [beliefs]. */
  readonly shares: readonly number[];
}

/** λ: from hardly any shrinkage to hardly anything else. */
export const STRENGTHS = [30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5] as const;
/** ρ: what criteria have in common weighs as much as what they have not. */
export const APARTNESS = 1;
/** Evidence to this power: lines of one record are not independent, and say less than they seem to. */
export const TEMPER = 0.3;

/**
 * Fits a linear score of features to human scores: shared ridge regression, averaged over strengths
 * and beliefs by the evidence for each. No strength has to be chosen, which few labels could not
 * do.
 *
 * @param training Sums of the lines that are learned from, of each criterion. What is learned from
 *   has their means; scores have those of the whole run, so that scores by weights from other lines
 *   can be compared.
 * @param standards Whose deviations the features are divided by, of each criterion.
 * @param beliefs What the weights are shrunk toward.
 * @param strengths λ, over which the fits are averaged. Default: those for a judge's layers.
 */
export function fitRidge(
  training: readonly Moments[],
  standards: readonly Pick<Standard, "deviations">[],
  beliefs: readonly Belief[],
  strengths: readonly number[] = STRENGTHS,
): RidgeFit {
  const moments = training.map((each, c) => {
    const { deviations } = standards[c] as Standard;
    return standardise(each, { ...standardOf(each), deviations });
  });
  const directions = beliefs.map(({ direction }) => ofUnitSpread(direction, moments));
  const fits = strengths.flatMap((strength) => {
    const shrunkToward = sharedRidge(moments, { strength, apartness: APARTNESS });
    return beliefs.map(({ share }, b) => ({
      b,
      share,
      strength,
      weights: shrunkToward(directions[b] as Float64Array),
    }));
  });
  const shares = softmax(
    fits.map(({ weights, share }) => weights.logEvidence * TEMPER + Math.log(share)),
  );
  return {
    ...average(
      fits.map(({ weights }) => weights),
      shares,
    ),
    strength: Math.exp(
      fits.reduce((sum, { strength }, i) => sum + (shares[i] as number) * Math.log(strength), 0),
    ),
    shares: beliefs.map((_, b) =>
      fits.reduce((sum, fit, i) => sum + (fit.b === b ? (shares[i] as number) : 0), 0),
    ),
  };
}

/** Scaled so that what it makes of the features has a standard deviation of 1 within the criteria. */
function ofUnitSpread(
  direction: Float64Array,
  moments: readonly { readonly count: number; readonly gram: Float64Array }[],
): Float64Array {
  const lines = moments.reduce((sum, { count }) => sum + count, 0);
  const square = moments.reduce((sum, { gram }) => sum + dot(direction, times(gram, direction)), 0);
  const scale = square > 1e-9 * lines ? Math.sqrt(lines / square) : 1;
  return direction.map((weight) => weight * scale);
}

function average(fits: readonly SharedWeights[], shares: Float64Array): FeatureWeights {
  const sum = (vectors: readonly Float64Array[]): Float64Array =>
    (vectors[0] ?? new Float64Array()).map((_, i) =>
      vectors.reduce(
        (total, vector, f) => total + (shares[f] as number) * (vector[i] as number),
        0,
      ),
    );
  return {
    common: sum(fits.map(({ common }) => common)),
    criteria: (fits[0]?.criteria ?? []).map((_, c) =>
      sum(fits.map(({ criteria }) => criteria[c] as Float64Array)),
    ),
  };
}
