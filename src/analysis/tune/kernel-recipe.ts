import { LagerError } from "../../base/errors.ts";
import { Pacer } from "../../base/pacer.ts";
import { softmax } from "../../scoring/distribution/softmax.ts";
import type { LayerFeatures } from "../../scoring/score/layer-features.ts";
import { clipped } from "../../scoring/score/layer-score.ts";
import {
  KERNEL_DECIMALS,
  type KernelStandard,
  type RadialKernel,
} from "../../scoring/weights/weights-format.ts";
import { dotOfRows, factoriseLarge, logDeterminant, solveFactored } from "./cholesky.ts";
import { fitPrior, type Prior, type PriorFit, priorOf } from "./gaussian-process.ts";
import { MOST_LEARNED_ROWS, wholeRecords } from "./learned-rows.ts";
import { LEAST_DEVIATION, type Standard } from "./moments.ts";
import { priorBeliefs } from "./priors.ts";
import type { Learner } from "./recipes.ts";
import { APARTNESS, STRENGTHS, TEMPER } from "./ridge-recipe.ts";
import {
  type FeatureWeights,
  featureReader,
  type LogitStandard,
  meanWeights,
  type RowFeatures,
  rowFeatures,
  standardScore,
} from "./row-features.ts";
import type { TrainingSet } from "./training-set.ts";

/** Width of the radial basis functions, where 1 is a standard deviation in each logit. */
const WIDTH = 0.7;
/** Numbers that the weights file holds at most: about 7 MB. */
const MOST_NUMBERS = 1_000_000;

/** A training set as the recipe sees it. */
interface KernelData {
  readonly set: TrainingSet;
  readonly rows: RowFeatures;
  /** Place of each row among the rows that may be learned from, −1: it is scored alone. Shape [rows]. */
  readonly placeOf: Int32Array;
  /** Standardised logits at the places, rounded as the file has them; shape [places][layers · labels]. */
  readonly logits: readonly Float64Array[];
  /** A exp(−γ |u_i − u_j|²) of all pairs, shape [places, places]. */
  readonly radial: Float64Array;
  readonly amplitude: number;
  readonly gamma: number;
}

/**
 * The recipe `kernel`: what `ridge` is, in its dual form, with radial basis functions of the logits
 * added to the kernel,
 *
 *     K(i, j) = x_i · x_j + 2 L exp(−|u_i − u_j|² / (2 · 0.7² · L · K)),
 *
 * where u are the L layers' logits of the K labels, centred in each layer and standardised within the
 * criterion. Priors, sharing between criteria and averaging are those of `ridge`.
 *
 * @throws LagerError `ABORTED`; `INVALID_ARGUMENT` when a single row would be too large.
 */
export async function kernelLearner(
  set: TrainingSet,
  options: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<Learner> {
  const pacer = new Pacer(options.signal, "learning the kernel");
  const data = await kernelData(set, options.seed, pacer);
  const learnsFrom = (row: number): boolean => data.placeOf[row] !== -1;
  const learn: Learner = async (asked) => {
    const learned = asked.filter(learnsFrom);
    const { dual, weights, strength } = await fitKernel(data, learned, pacer);
    const featureWeights = meanWeights(weights);
    return {
      featureWeights,
      layerWeights: featureWeights.subarray(0, set.layers.length),
      maps: () => data.rows.maps(weights),
      kernel: () => radialKernel(data, learned, dual),
      chosen: { strength, apartness: APARTNESS, learnedRows: learned.length },
      predict: (scored) => predict(data, learned, { dual, weights }, scored),
    };
  };
  return Object.assign(learn, { learnsFrom });
}

async function kernelData(set: TrainingSet, seed: number, pacer: Pacer): Promise<KernelData> {
  const rows = rowFeatures(set);
  const reader = featureReader(set);
  const width = reader.logits.length;
  const most = Math.min(MOST_LEARNED_ROWS, Math.floor(MOST_NUMBERS / width));
  if (most < 1) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the recipe kernel keeps the logits of the rows it learns from, and one of them has ${width} ` +
        "numbers: choose fewer layers with --layers, or the recipe ridge",
    );
  }
  const learned = wholeRecords(set, most, seed);
  const placeOf = new Int32Array(set.lines.length).fill(-1);
  const logits: Float64Array[] = [];
  for (const [place, row] of learned.entries()) {
    placeOf[row] = place;
    logits.push(standardLogits({ set, rows }, reader, row).map(rounded));
  }
  const amplitude = 2 * set.layers.length;
  const gamma = 1 / (2 * WIDTH ** 2 * width);
  const places = learned.length;
  const radial = new Float64Array(places * places);
  for (let i = 0; i < places; i++) {
    for (let j = 0; j <= i; j++) {
      const square = squaredDistance(logits[i] as Float64Array, logits[j] as Float64Array);
      radial[i * places + j] = amplitude * Math.exp(-gamma * square);
      radial[j * places + i] = radial[i * places + j] as number;
    }
    await pacer.rest();
  }
  return { set, rows, placeOf, logits, radial, amplitude, gamma };
}

/** u of a row, shape [layers · labels]. */
function standardLogits(
  { set, rows }: Pick<KernelData, "set" | "rows">,
  reader: LayerFeatures,
  row: number,
): Float64Array {
  reader.read(set.lines[row] as number);
  const { means, deviations } = rows.logitStandards[
    set.criterionOf[row] as number
  ] as LogitStandard;
  return reader.logits.map(
    (value, i) => (value - (means[i] as number)) / (deviations[i] as number),
  );
}

function rounded(value: number): number {
  return Number(value.toFixed(KERNEL_DECIMALS));
}

function squaredDistance(one: Float64Array, other: Float64Array): number {
  let square = 0;
  for (let i = 0; i < one.length; i++) {
    const difference = (one[i] as number) - (other[i] as number);
    square += difference * difference;
  }
  return square;
}

interface KernelFit {
  /** α, shape [learned rows]. */
  readonly dual: Float64Array;
  /** The linear part. */
  readonly weights: FeatureWeights;
  /** λ, averaged as the dual is (geometric mean). */
  readonly strength: number;
}

/** Fits of all strengths and priors, averaged by the evidence for each. */
async function fitKernel(data: KernelData, learned: Int32Array, pacer: Pacer): Promise<KernelFit> {
  const { size } = data.rows;
  const count = learned.length;
  const { x, targets } = centred(data, learned);
  const kernel = kernelMatrix(data, learned, x);
  const priors = priorBeliefs(data.set.layers.length).map(({ direction, share }) => ({
    ...priorOf(direction, x, size, count),
    share,
  }));
  const fits: (PriorFit & { strength: number; prior: Prior & { share: number } })[] = [];
  for (const strength of STRENGTHS) {
    await pacer.rest();
    const covariance = kernel.map((value) => value / strength);
    for (let i = 0; i < count; i++) {
      covariance[i * count + i] = (covariance[i * count + i] as number) + 1;
    }
    const factor = await factoriseLarge(covariance, pacer);
    const solved = solveFactored(factor, targets);
    const determinant = logDeterminant(factor);
    for (const prior of priors) {
      const fit = fitPrior(prior.scores, { factor, determinant, targets, solved });
      fits.push({ ...fit, strength, prior });
    }
  }
  const shares = softmax(
    fits.map(({ logEvidence, prior }) => logEvidence * TEMPER + Math.log(prior.share)),
  );
  const dual = new Float64Array(count);
  const fromPriors = new Float64Array(size);
  let logStrength = 0;
  for (const [f, fit] of fits.entries()) {
    const share = shares[f] as number;
    logStrength += share * Math.log(fit.strength);
    for (let i = 0; i < count; i++) {
      dual[i] = (dual[i] as number) + (share * (fit.dual[i] as number)) / fit.strength;
    }
    for (let k = 0; k < size; k++) {
      const weight = fit.multiple * (fit.prior.direction[k] as number);
      fromPriors[k] = (fromPriors[k] as number) + share * weight;
    }
  }
  return {
    dual,
    weights: linearWeights(data.set, { learned, dual, x, fromPriors }),
    strength: Math.exp(logStrength),
  };
}

/** Weights of the standardised features, common and of each criterion. */
function linearWeights(
  { criteria, criterionOf }: TrainingSet,
  {
    learned,
    dual,
    x,
    fromPriors,
  }: {
    readonly learned: Int32Array;
    readonly dual: Float64Array;
    readonly x: Float64Array;
    readonly fromPriors: Float64Array;
  },
): FeatureWeights {
  const size = fromPriors.length;
  const common = fromPriors.slice();
  const own = criteria.map(() => new Float64Array(size));
  for (let i = 0; i < learned.length; i++) {
    const sum = own[criterionOf[learned[i] as number] as number] as Float64Array;
    for (let k = 0; k < size; k++) {
      const value = (dual[i] as number) * (x[i * size + k] as number);
      common[k] = (common[k] as number) + value;
      sum[k] = (sum[k] as number) + value;
    }
  }
  return {
    common,
    criteria: own.map((sum) => common.map((value, k) => value + APARTNESS * (sum[k] as number))),
  };
}

/** Scores of rows, in their order: of the linear part by the run's means. */
function predict(
  data: KernelData,
  learned: Int32Array,
  { dual, weights }: Pick<KernelFit, "dual" | "weights">,
  scored: Int32Array,
): Float64Array {
  const { set, rows, placeOf, logits, radial, amplitude, gamma } = data;
  const places = logits.length;
  const { values } = set.table.header;
  const reader = featureReader(set);
  return Float64Array.from(scored, (row) => {
    const c = set.criterionOf[row] as number;
    const place = placeOf[row] as number;
    // A row that is not learned from is compared here, the others have been.
    const point = place === -1 ? standardLogits(data, reader, row) : null;
    let sum = 0;
    for (let j = 0; j < learned.length; j++) {
      const other = learned[j] as number;
      const otherPlace = placeOf[other] as number;
      const value =
        point === null
          ? (radial[place * places + otherPlace] as number)
          : amplitude *
            Math.exp(-gamma * squaredDistance(point, logits[otherPlace] as Float64Array));
      const share = set.criterionOf[other] === c ? 1 + APARTNESS : 1;
      sum += share * (dual[j] as number) * value;
    }
    const { center, spread } = rows.standards[c] as Standard;
    const linear = standardScore(rows, weights.criteria[c] as Float64Array, row, c);
    return clipped(center + spread * (linear + sum), values);
  });
}

/** Features and targets less their means over the rows, and over their deviations, by criterion. */
function centred(
  { set, rows }: KernelData,
  learned: Int32Array,
): { x: Float64Array; targets: Float64Array } {
  const { size } = rows;
  const x = new Float64Array(learned.length * size);
  const targets = new Float64Array(learned.length);
  for (const c of set.criteria.keys()) {
    const own = Array.from(learned.keys()).filter(
      (i) => set.criterionOf[learned[i] as number] === c,
    );
    const { deviations } = rows.standards[c] as Standard;
    for (let k = 0; k < size; k++) {
      const at = (i: number): number => rows.x[(learned[i] as number) * size + k] as number;
      const mean = own.reduce((sum, i) => sum + at(i), 0) / Math.max(1, own.length);
      for (const i of own) x[i * size + k] = (at(i) - mean) / (deviations[k] as number);
    }
    const target = (i: number): number => set.targets[learned[i] as number] as number;
    const center = own.reduce((sum, i) => sum + target(i), 0) / Math.max(1, own.length);
    const square =
      own.reduce((sum, i) => sum + (target(i) - center) ** 2, 0) / Math.max(1, own.length);
    const spread = Math.sqrt(square) < LEAST_DEVIATION ? 1 : Math.sqrt(square);
    for (const i of own) targets[i] = (target(i) - center) / spread;
  }
  return { x, targets };
}

/** (1 + ρ [same criterion]) K(i, j), its lower half; shape [rows, rows]. */
function kernelMatrix(
  { set, rows, placeOf, radial }: KernelData,
  learned: Int32Array,
  x: Float64Array,
): Float64Array {
  const { size } = rows;
  const count = learned.length;
  const places = Math.round(Math.sqrt(radial.length));
  const matrix = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    const row = learned[i] as number;
    for (let j = 0; j <= i; j++) {
      const other = learned[j] as number;
      const linear = dotOfRows(x, i * size, j * size, size);
      const curved = radial[(placeOf[row] as number) * places + (placeOf[other] as number)];
      const share = set.criterionOf[row] === set.criterionOf[other] ? 1 + APARTNESS : 1;
      matrix[i * count + j] = share * (linear + (curved as number));
    }
  }
  return matrix;
}

function radialKernel(
  { set, rows, placeOf, logits, amplitude, gamma }: KernelData,
  learned: Int32Array,
  dual: Float64Array,
): RadialKernel {
  const standard = ({ means, deviations }: LogitStandard, spread: number): KernelStandard => ({
    means: Array.from(means),
    deviations: Array.from(deviations),
    spread,
  });
  return {
    ...{ amplitude, gamma, apartness: APARTNESS },
    rows: Array.from(learned, (row) => Array.from(logits[placeOf[row] as number] ?? [])),
    criterionOf: Array.from(learned, (row) => set.criterionOf[row] as number),
    dual: Array.from(dual),
    standards: {
      criteria: Object.fromEntries(
        set.criteria.map((name, c) => [
          name,
          standard(rows.logitStandards[c] as LogitStandard, rows.standards[c]?.spread ?? 1),
        ]),
      ),
      pooled: standard(rows.pooledLogits, rows.pooled.spread),
    },
  };
}
