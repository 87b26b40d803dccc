import { Pacer } from "../../base/pacer.ts";
import { softmax } from "../../scoring/distribution/softmax.ts";
import { clipped } from "../../scoring/score/layer-score.ts";
import type { LinearMap, LinearMaps } from "../../scoring/weights/weights-format.ts";
import { dot, factoriseLarge, logDeterminant, solveFactored } from "./cholesky.ts";
import { Moments, type Standard, standardOf } from "./moments.ts";
import type { ProbeStates } from "./probe-states.ts";
import type { Learner } from "./recipes.ts";
import { APARTNESS, TEMPER } from "./ridge-recipe.ts";
import { CERTAINTY, MULTIPLE } from "./shared-ridge.ts";
import type { TrainingSet } from "./training-set.ts";

/** λ, in rows: the states of a row are scaled to a square of 1. */
const STRENGTHS = [0.3, 1, 3, 10, 30, 100, 1e3] as const;

/** Significant digits of a coefficient in the weights file: float32 states have no more. */
const DIGITS = 8;

/** What was learned from some rows: score = offset + e (½ + a) + Σ_i α_i (1 + ρ [same criterion]) x·x_i. */
interface ProbeFit {
  readonly rows: Int32Array;
  /** α, averaged over the strengths, shape [rows]. */
  readonly dual: Float64Array;
  /** ½ + a. */
  readonly multiple: number;
}

/**
 * The recipe `probe`: ridge regression on hidden states in its dual form, whose cost grows with the
 * rows and not with the width. As in the recipe `ridge`, the last layer's expectation is taken as
 * half right, criteria share what they have in common, and the fit is averaged over strengths by the
 * evidence for each. Linear probes on activations are those of "Latent Judges" (arXiv 2509.24678).
 */
export function probeLearner(
  set: TrainingSet,
  states: ProbeStates,
  options: { signal?: AbortSignal | undefined },
): Learner {
  const standards = eScoreStandards(set);
  const eScores = set.eScores.map((score, row) => {
    const { means, deviations } = standards[set.criterionOf[row] as number] as Standard;
    return (score - (means[0] as number)) / (deviations[0] as number);
  });
  const learnsFrom = (row: number): boolean => states.placeOf[row] !== -1;
  const learn: Learner = async (rows) => {
    const learned = rows.filter(learnsFrom);
    const fit = await fitProbe(set, states, eScores, learned, options.signal);
    const weights = weightsOf(set, states, fit);
    const size = states.scales.length;
    const predict = (asked: Int32Array): Float64Array =>
      Float64Array.from(asked, (row) => {
        const c = set.criterionOf[row] as number;
        const own = weights.criteria[c] as Float64Array;
        let score = fit.multiple * (eScores[row] as number);
        for (let k = 0; k < size; k++) {
          score += (own[k] as number) * (states.features[row * size + k] as number);
        }
        const { center, spread } = standards[c] as Standard;
        return clipped(center + spread * score, set.table.header.values);
      });
    return {
      layerWeights: new Float64Array(),
      maps: () => mapsOf(set, states, standards, weights, fit.multiple),
      chosen: { apartness: APARTNESS, learnedRows: learned.length },
      predict,
    };
  };
  return Object.assign(learn, { learnsFrom });
}

async function fitProbe(
  set: TrainingSet,
  states: ProbeStates,
  eScores: Float64Array,
  rows: Int32Array,
  signal: AbortSignal | undefined,
): Promise<ProbeFit> {
  const count = rows.length;
  const places = Math.round(Math.sqrt(states.gram.length));
  const e = Float64Array.from(rows, (row) => eScores[row] as number);
  const rest = targetsOf(set, rows).map((y, i) => y - MULTIPLE * (e[i] as number));
  const pacer = new Pacer(signal, "learning the probe");
  const fits: { dual: Float64Array; evidence: number; strength: number }[] = [];
  for (const strength of STRENGTHS) {
    await pacer.rest();
    const covariance = new Float64Array(count * count);
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number;
      const start = (states.placeOf[row] as number) * places;
      for (let j = 0; j <= i; j++) {
        const other = rows[j] as number;
        const shared = set.criterionOf[row] === set.criterionOf[other] ? 1 + APARTNESS : 1;
        const product = states.gram[start + (states.placeOf[other] as number)] as number;
        covariance[i * count + j] =
          (shared * product) / strength +
          ((e[i] as number) * (e[j] as number)) / CERTAINTY +
          (i === j ? 1 : 0);
      }
    }
    const factor = await factoriseLarge(covariance, pacer);
    const dual = solveFactored(factor, rest);
    const square = Math.max(dot(rest, dual), 1e-9 * count);
    const evidence = -0.5 * (count * Math.log(square) + logDeterminant(factor));
    fits.push({ dual, evidence, strength });
  }
  const shares = softmax(fits.map(({ evidence }) => evidence * TEMPER));
  const dual = new Float64Array(count);
  let multiple: number = MULTIPLE;
  for (const [f, fit] of fits.entries()) {
    const share = shares[f] as number;
    multiple += (share * dot(e, fit.dual)) / CERTAINTY;
    for (let i = 0; i < count; i++) {
      dual[i] = (dual[i] as number) + (share * (fit.dual[i] as number)) / fit.strength;
    }
  }
  return { rows, dual, multiple };
}

/** Targets, standardised within each criterion of the rows. */
function targetsOf(set: TrainingSet, rows: Int32Array): Float64Array {
  const moments = set.criteria.map(() => new Moments(0));
  for (const row of rows) {
    moments[set.criterionOf[row] as number]?.add(new Float64Array(), set.targets[row] as number);
  }
  const standards = moments.map(standardOf);
  return Float64Array.from(rows, (row) => {
    const { center, spread } = standards[set.criterionOf[row] as number] as Standard;
    return ((set.targets[row] as number) - center) / spread;
  });
}

/** Of the e-score and the target, over all rows of each criterion. */
function eScoreStandards(set: TrainingSet): Standard[] {
  const moments = set.criteria.map(() => new Moments(1));
  for (const [row, score] of set.eScores.entries()) {
    moments[set.criterionOf[row] as number]?.add(
      Float64Array.of(score),
      set.targets[row] as number,
    );
  }
  return moments.map(standardOf);
}

/** Weights of standardised hidden states. */
interface ProbeWeightVectors {
  /** Σ_i α_i x_i, shape [features]. */
  readonly common: Float64Array;
  /** The same, and ρ times the sum over the criterion's own rows; shape [criteria][features]. */
  readonly criteria: readonly Float64Array[];
}

function weightsOf(
  set: TrainingSet,
  { features, scales }: ProbeStates,
  { rows, dual }: ProbeFit,
): ProbeWeightVectors {
  const size = scales.length;
  const criteria = set.criteria.map(() => new Float64Array(size));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const sum = criteria[set.criterionOf[row] as number] as Float64Array;
    const weight = dual[i] as number;
    for (let k = 0; k < size; k++) {
      sum[k] = (sum[k] as number) + weight * (features[row * size + k] as number);
    }
  }
  const common = new Float64Array(size);
  for (const sum of criteria) {
    for (let k = 0; k < size; k++) common[k] = (common[k] as number) + (sum[k] as number);
  }
  for (const sum of criteria) {
    for (let k = 0; k < size; k++) sum[k] = (common[k] as number) + APARTNESS * (sum[k] as number);
  }
  return { common, criteria };
}

/** The same as linear functions of hidden states and the e-score as they are. */
function mapsOf(
  set: TrainingSet,
  { means, scales }: ProbeStates,
  standards: readonly Standard[],
  weights: ProbeWeightVectors,
  multiple: number,
): LinearMaps {
  const size = scales.length;
  const map = (own: Float64Array, mean: Float64Array, standard: Standard): LinearMap => {
    const coefficients = Array.from({ length: size + 1 }, (_, k) => {
      if (k === size) return (multiple * standard.spread) / (standard.deviations[0] as number);
      return (own[k] as number) * (scales[k] as number) * standard.spread;
    }).map((value) => Number(value.toPrecision(DIGITS)));
    let offset = standard.center - (coefficients[size] as number) * (standard.means[0] as number);
    for (let k = 0; k < size; k++) offset -= (coefficients[k] as number) * (mean[k] as number);
    return { offset, coefficients };
  };
  const shares = set.criteria.map(
    (_, c) => set.criterionOf.filter((each) => each === c).length / set.lines.length,
  );
  const mean = weights.common.map((_, k) =>
    means.reduce((sum, each, c) => sum + (shares[c] as number) * (each[k] as number), 0),
  );
  const pooled = new Moments(1);
  for (const [row, score] of set.eScores.entries()) {
    pooled.add(Float64Array.of(score), set.targets[row] as number);
  }
  return {
    criteria: Object.fromEntries(
      set.criteria.map((name, c) => [
        name,
        map(
          weights.criteria[c] as Float64Array,
          means[c] as Float64Array,
          standards[c] as Standard,
        ),
      ]),
    ),
    pooled: map(weights.common, mean, standardOf(pooled)),
  };
}
