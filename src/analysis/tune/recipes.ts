import { ownValue } from "../../base/json.ts";
import { Pacer } from "../../base/pacer.ts";
import { softmax } from "../../scoring/distribution/softmax.ts";
import { linearScore } from "../../scoring/score/apply-weights.ts";
import type { LinearMap, LinearMaps } from "../../scoring/weights/weights-format.ts";
import { fitConsensus } from "./consensus-recipe.ts";
import { LagerLoss } from "./lager-loss.ts";
import { type LagerOptions, learnLagerWeights } from "./lager-recipe.ts";
import { Moments, standardOf } from "./moments.ts";
import { APARTNESS, fitRidge } from "./ridge-recipe.ts";
import type { TrainingSet } from "./training-set.ts";

/** What a recipe made of some rows. */
export interface Learned {
  /** Scores of rows on the task's scale, in the order of `rows`. */
  predict(rows: Int32Array): Float64Array;
  readonly layerWeights: Float64Array;
  /** One of the two, by recipe; maps are made when they are asked for. */
  readonly lager?: { readonly theta: Float64Array; readonly alpha: number };
  readonly maps?: () => LinearMaps;
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
 * @param carried Standardised weights of other weights, shrunk toward besides the last layer.
 */
export function ridgeLearner(
  set: TrainingSet,
  options: { carried: Float64Array | null; signal?: AbortSignal | undefined },
): Learner {
  const directions = [lastLayer(set), ...(options.carried === null ? [] : [options.carried])];
  const every = Int32Array.from(set.lines, (_, row) => row);
  const standards = sumsOf(set, every).map(standardOf);
  const pacer = new Pacer(options.signal, "learning the layer weights");
  return async (rows) => {
    await pacer.rest();
    const fit = fitRidge(sumsOf(set, rows), standards, set.criteria, directions);
    const [, toward] = fit.shares;
    return {
      layerWeights: fit.layerWeights,
      maps: () => fit.maps,
      chosen: {
        strength: fit.strength,
        apartness: APARTNESS,
        ...(toward !== undefined && { towardFrom: toward }),
      },
      predict: (asked) => linearScores(set, fit.maps, asked),
    };
  };
}

/** Sums of rows' features and targets, of each criterion. */
function sumsOf(set: TrainingSet, rows: Int32Array): Moments[] {
  const sums = set.criteria.map(() => new Moments(set.layers.length));
  for (const row of rows) {
    const moments = sums[set.criterionOf[row] as number];
    moments?.add(features(set, row), set.targets[row] as number);
  }
  return sums;
}

/** The recipe `consensus`, which looks at no label. */
export function consensusLearner(set: TrainingSet): Learner {
  return async (rows) => {
    const { maps, layerWeights } = fitConsensus(set, rows);
    return {
      layerWeights,
      maps: () => maps,
      chosen: {},
      predict: (asked) => linearScores(set, maps, asked),
    };
  };
}

/** The features of a row, shape [layers]. */
export function features(set: TrainingSet, row: number): Float64Array {
  const width = set.layers.length;
  return set.expectations.subarray(row * width, (row + 1) * width);
}

/** The e-score's place among the layers; where it is none of them, the layer nearest to it. */
function lastLayer(set: TrainingSet): Float64Array {
  const prior = new Float64Array(set.layers.length);
  prior[prior.length - 1] = 1;
  return prior;
}

function linearScores(set: TrainingSet, maps: LinearMaps, rows: Int32Array): Float64Array {
  const byCriterion: LinearMap[] = set.criteria.map(
    (name) => ownValue(maps.criteria, name) ?? maps.pooled,
  );
  const { values } = set.table.header;
  return Float64Array.from(rows, (row) =>
    linearScore(
      byCriterion[set.criterionOf[row] as number] ?? maps.pooled,
      features(set, row),
      values,
    ),
  );
}
