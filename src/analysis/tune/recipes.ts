import { Pacer } from "../../base/pacer.ts";
import { softmax } from "../../scoring/distribution/softmax.ts";
import { clipped } from "../../scoring/score/layer-score.ts";
import type { LinearMap, LinearMaps, RadialKernel } from "../../scoring/weights/weights-format.ts";
import { LagerLoss } from "./lager-loss.ts";
import { type LagerOptions, learnLagerWeights } from "./lager-recipe.ts";
import { Moments, type Standard } from "./moments.ts";
import { CARRIED_SHARE, priorBeliefs } from "./priors.ts";
import { APARTNESS, fitRidge } from "./ridge-recipe.ts";
import { meanWeights, type RowFeatures, rowFeatures, standardScore } from "./row-features.ts";
import type { TrainingSet } from "./training-set.ts";

/** What a recipe made of some rows. */
export interface Learned {
  /** Scores of rows on the task's scale, in the order of `rows`. */
  predict(rows: Int32Array): Float64Array;
  readonly layerWeights: Float64Array;
  /** Of standardised features, mean over the criteria; of `ridge` and `kernel`. */
  readonly featureWeights?: Float64Array;
  /** By recipe; maps and kernels are made when they are asked for. */
  readonly lager?: { readonly theta: Float64Array; readonly alpha: number };
  readonly maps?: () => LinearMaps;
  readonly kernel?: () => RadialKernel;
  readonly questionMaps?: () => Readonly<Record<string, LinearMap>>;
  /** What was chosen by cross-validation within the rows, for the weights file. */
  readonly chosen: Readonly<Record<string, number | string>>;
}

/** Learns from some rows of a training set. */
export interface Learner {
  (rows: Int32Array): Promise<Learned>;
  /** Rows that it can learn from. Default: all. */
  readonly learnsFrom?: (row: number) => boolean;
}

/** The paper's recipe. */
export function lagerLearner(set: TrainingSet, options: LagerOptions): Learner {
  return async (rows) => {
    const lines = Int32Array.from(rows, (row) => set.lines[row] as number);
    const targets = Float64Array.from(rows, (row) => set.targets[row] as number);
    const { theta, alpha } = await learnLagerWeights(
      set.logits,
      set.layers,
      lines,
      targets,
      options,
    );
    return {
      layerWeights: softmax(theta),
      lager: { theta, alpha },
      chosen: {},
      predict: (asked) => {
        const loss = new LagerLoss(set.logits, set.layers);
        loss.begin(theta, alpha);
        return Float64Array.from(asked, (row) => loss.score(set.lines[row] as number));
      },
    };
  };
}

/** Uniform weights: LAGER without tuning. */
export function uniformScores(set: TrainingSet): Float64Array {
  const loss = new LagerLoss(set.logits, set.layers);
  loss.begin(new Float64Array(set.layers.length), 0);
  return Float64Array.from(set.lines, (line) => loss.score(line));
}

/**
 * The recipe `ridge`.
 *
 * @param carried Weights of standardised features, shrunk toward besides the priors.
 */
export function ridgeLearner(
  set: TrainingSet,
  options: { carried: Float64Array | null; signal?: AbortSignal | undefined },
): Learner {
  const features = rowFeatures(set);
  const { carried } = options;
  const priors = priorBeliefs(set.layers.length);
  const beliefs =
    carried === null ? priors : [...priors, { direction: carried, share: CARRIED_SHARE }];
  const { values } = set.table.header;
  const pacer = new Pacer(options.signal, "learning the layer weights");
  return async (rows) => {
    await pacer.rest();
    const fit = fitRidge(sumsOf(set, features, rows), features.standards, beliefs);
    const toward = fit.shares[priors.length];
    const featureWeights = meanWeights(fit);
    return {
      featureWeights,
      layerWeights: featureWeights.subarray(0, set.layers.length),
      maps: () => features.maps(fit),
      chosen: {
        strength: fit.strength,
        apartness: APARTNESS,
        ...(toward !== undefined && { towardFrom: toward }),
      },
      predict: (asked) =>
        Float64Array.from(asked, (row) => {
          const c = set.criterionOf[row] as number;
          const { center, spread } = features.standards[c] as Standard;
          const score = standardScore(features, fit.criteria[c] as Float64Array, row, c);
          return clipped(center + spread * score, values);
        }),
    };
  };
}

/** Sums of rows' features and targets, of each criterion. */
export function sumsOf(
  set: TrainingSet,
  { x, size }: Pick<RowFeatures, "x" | "size">,
  rows: Int32Array,
): Moments[] {
  const sums = set.criteria.map(() => new Moments(size));
  for (const row of rows) {
    const moments = sums[set.criterionOf[row] as number];
    moments?.add(x.subarray(row * size, (row + 1) * size), set.targets[row] as number);
  }
  return sums;
}
