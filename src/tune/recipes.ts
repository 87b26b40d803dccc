import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../errors.ts";
import { linearScore } from "../score/apply-weights.ts";
import { dealFolds } from "../stats/folds.ts";
import type { LinearMap, LinearMaps } from "../weights/weights-format.ts";
import { fitConsensus } from "./consensus-recipe.ts";
import { LagerLoss } from "./lager-loss.ts";
import { type LagerOptions, learnLagerWeights } from "./lager-recipe.ts";
import { fitLayers } from "./layers-recipe.ts";
import { Moments } from "./moments.ts";
import type { TrainingSet } from "./training-set.ts";

/** What a recipe made of some rows. */
export interface Learned {
  /** Scores of rows on the task's scale, in the order of `rows`. */
  predict(rows: Int32Array): Float64Array;
  readonly layerWeights: Float64Array;
  /** One of the two, by recipe. */
  readonly lager?: { readonly theta: Float64Array; readonly alpha: number };
  readonly maps?: LinearMaps;
  /** What was chosen by cross-validation within the rows, for the weights file. */
  readonly chosen: Readonly<Record<string, number | string>>;
}

/** Learns from some rows of a training set. */
export type Learner = (rows: Int32Array) => Promise<Learned>;

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
      layerWeights: softmaxOf(theta),
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

/** Folds within the training rows, by which shrinkage is chosen. */
const INNER_FOLDS = 4;

/**
 * The recipe `layers`.
 *
 * @param carried Standardised weights of other weights, shrunk toward besides the last layer.
 */
export function layersLearner(
  set: TrainingSet,
  options: { seed: number; carried: Float64Array | null; signal?: AbortSignal | undefined },
): Learner {
  const priors = [...(options.carried === null ? [] : [options.carried]), lastLayer(set)];
  return async (rows) => {
    throwIfAborted(options.signal, "learning the layer weights");
    await setImmediate();
    const foldOf = innerFolds(set, rows, options.seed);
    const folds = Array.from({ length: INNER_FOLDS }, () =>
      set.criteria.map(() => new Moments(set.layers.length)),
    );
    for (const [i, row] of rows.entries()) {
      const moments = folds[foldOf[i] as number]?.[set.criterionOf[row] as number];
      moments?.add(features(set, row), set.targets[row] as number);
    }
    const fit = fitLayers(folds, set.criteria, priors);
    const { prior, strength, apartness } = fit.shrinkage;
    return {
      layerWeights: fit.layerWeights,
      maps: fit.maps,
      chosen: {
        strength,
        apartness,
        toward: prior === null ? "zero" : prior === options.carried ? "from" : "last layer",
      },
      predict: (asked) => linearScores(set, fit.maps, asked),
    };
  };
}

/** The recipe `consensus`, which looks at no label. */
export function consensusLearner(set: TrainingSet): Learner {
  return async (rows) => {
    const { maps, layerWeights } = fitConsensus(set, rows);
    return { layerWeights, maps, chosen: {}, predict: (asked) => linearScores(set, maps, asked) };
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

function innerFolds(set: TrainingSet, rows: Int32Array, seed: number): Int32Array {
  const groups = [...new Set(Array.from(rows, (row) => set.groupOf[row] as number))];
  const numbers = new Map(groups.map((group, i) => [group, i]));
  if (groups.length < INNER_FOLDS) return Int32Array.from(rows, (_, i) => i % INNER_FOLDS);
  const foldOf = dealFolds(groups.length, INNER_FOLDS, seed + 1);
  return Int32Array.from(
    rows,
    (row) => foldOf[numbers.get(set.groupOf[row] as number) ?? 0] as number,
  );
}

function linearScores(set: TrainingSet, maps: LinearMaps, rows: Int32Array): Float64Array {
  const byCriterion: LinearMap[] = set.criteria.map((name) =>
    Object.hasOwn(maps.criteria, name) ? (maps.criteria[name] ?? maps.pooled) : maps.pooled,
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

function softmaxOf(theta: Float64Array): Float64Array {
  const largest = theta.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const exponentials = theta.map((value) => Math.exp(value - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}
