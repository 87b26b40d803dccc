import { createHash } from "node:crypto";
import { blaming, checkArguments, objectOf, oneOf } from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import type { Condition } from "../../input/task/condition.ts";
import type { JudgeFacts } from "./judge-facts.ts";
import type { LayerSet, Projection } from "./layer-set.ts";

/** Version of the weights format that this package writes. */
export const WEIGHTS_SCHEMA = 2;

/** The ways by which weights are learned; `probe` from the hidden states beside a run as well. */
export const RECIPES = ["ridge", "kernel", "questions", "lager", "probe"] as const;
export type Recipe = (typeof RECIPES)[number];

/** What the weights belong to: used with anything else they mean nothing. */
export interface WeightsScope {
  readonly judge: JudgeFacts;
  readonly projection: Projection;
  readonly layerSet: LayerSet;
  /** Labels and their values, ascending. */
  readonly labels: readonly string[];
  readonly values: readonly number[];
  readonly task: {
    readonly name: string;
    /** Of what the judge sees of the task, see `taskSha256`. */
    readonly sha256: string;
    /** Criteria that were learned from. */
    readonly criteria: readonly string[];
  };
  /** How the judge came to the scores that were learned from; left out where the run did not say. */
  readonly condition?: Condition;
}

/** A linear score: offset + Σ_i coefficients_i · feature_i, on the scale's units, not yet clipped. */
export interface LinearMap {
  readonly offset: number;
  readonly coefficients: readonly number[];
}

/** Something for each criterion, and for criteria that were not learned from. */
export interface ByCriterion<T> {
  readonly criteria: Readonly<Record<string, T>>;
  readonly pooled: T;
}

/** A linear score for each criterion, and one for criteria that were not learned from. */
export type LinearMaps = ByCriterion<LinearMap>;

/** What standardises an item's logits for a {@link RadialKernel}, and gives its sum the scale's units. */
export interface KernelStandard {
  /** Shape [layers · labels]. */
  readonly means: readonly number[];
  /** Above 0, shape [layers · labels]. */
  readonly deviations: readonly number[];
  /** Standard deviation of the human scores, on the scale's units. */
  readonly spread: number;
}

/**
 * Radial basis functions around the rows that were learned from; see `radialSum`. With L layers and
 * K labels a row takes about 7 · L · K bytes of the file.
 */
export interface RadialKernel {
  /** A. */
  readonly amplitude: number;
  /** γ. */
  readonly gamma: number;
  /** ρ: how much more rows of the item's own criterion count. */
  readonly apartness: number;
  /**
   * u_j: standardised logits, centred in each layer, rounded to `KERNEL_DECIMALS`; shape
   * [rows][layers · labels].
   */
  readonly rows: readonly (readonly number[])[];
  /** Index of each row's criterion in `task.criteria`, shape [rows]. */
  readonly criterionOf: readonly number[];
  /** α, shape [rows]. */
  readonly dual: readonly number[];
  readonly standards: ByCriterion<KernelStandard>;
}

/** Places behind the point of standardised logits in the file: more would be below their noise. */
export const KERNEL_DECIMALS = 3;

/**
 * How many numbers of an item `ridge` and `kernel` read: an expectation and a standard deviation for
 * each layer, the e-score, the contrast and the equal weights' score; see `LayerFeatures`.
 */
export function featureCount(layers: number): number {
  return 2 * layers + 3;
}

/** The paper's weights: w = softmax(θ), applied to logits. */
export interface LagerParameters {
  /** Shape [layers]. */
  readonly theta: readonly number[];
  /** Before the logistic function: σ(α) weighs the cross-entropy. */
  readonly alpha: number;
}

/** What learned the weights, from what. */
export interface Training {
  readonly seed: number;
  readonly folds: number;
  /** Records and rows (a record on a criterion) that were learned from. */
  readonly records: number;
  readonly rows: number;
  /** Of the training rows: their keys and human scores, in order. */
  readonly dataSha256: string;
  /** Keys of the training rows (see `rowKey`), sorted: by them an evaluation notices overlap. */
  readonly rowKeys: readonly string[];
  /**
   * The human scores' range by criterion, which was mapped onto the scale's ends; null where human
   * scores were taken as they are.
   */
  readonly humanRange: Readonly<
    Record<string, { readonly min: number; readonly max: number }>
  > | null;
  /** What else the result depends on, such as the recipe's learning rate. */
  readonly options: Readonly<Record<string, number | string | boolean | null>>;
}

/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How well the recipe did on items that it had not learned from, beside methods that learn nothing. */
export interface Validation {
  /**
   * Mean Spearman over the criteria, of out-of-fold scores. The recipe's own row comes first; then
   * `lager` (uniform weights) and `e-score`.
   */
  readonly methods: readonly {
    readonly method: string;
    readonly spearman: Interval;
    readonly criteria: Readonly<Record<string, number>>;
  }[];
  /** The recipe against each of the others: difference of the means, and share of resamples won. */
  readonly comparisons: readonly {
    readonly against: string;
    readonly difference: Interval;
    readonly won: number;
  }[];
  /** The same statistic with fewer labelled records; empty where there were too few. */
  readonly learningCurve: readonly {
    readonly records: number;
    readonly labels: number;
    readonly spearman: Interval;
  }[];
}

/** Scores of the training rows by weights that were learned without them. */
export interface OutOfFoldScores {
  /** See `rowKey`, shape [rows]. */
  readonly keys: readonly string[];
  /** On the scale's units, shape [rows]. */
  readonly scores: readonly number[];
}

interface WeightsBase extends WeightsScope {
  readonly kind: "weights";
  readonly schema: typeof WEIGHTS_SCHEMA;
  /** Version of this package. */
  readonly version: string;
  readonly training: Training;
  readonly validation: Validation;
  readonly outOfFold: OutOfFoldScores;
}

/** Weights of the paper's recipe. */
export interface LagerWeights extends WeightsBase {
  readonly recipe: "lager";
  /** w_l, shape [layers], for pictures: softmax(θ). */
  readonly layerWeights: readonly number[];
  readonly parameters: LagerParameters;
}

/** Weights that read what `LayerFeatures` gives. */
interface LayerFeatureWeights extends WeightsBase {
  /** Weights of the standardised expectations, mean over the criteria, shape [layers]; of any sign. */
  readonly layerWeights: readonly number[];
  /** Weights of all standardised features, mean over the criteria; shape [2 · layers + 3]. */
  readonly featureWeights: readonly number[];
}

/** A linear score of the layers' expectations and standard deviations. */
export interface RidgeWeights extends LayerFeatureWeights {
  readonly recipe: "ridge";
  /** Of the features in the order of `LayerFeatures`. */
  readonly parameters: LinearMaps;
}

/** The same, and radial basis functions of the logits. */
export interface KernelWeights extends LayerFeatureWeights {
  readonly recipe: "kernel";
  readonly parameters: { readonly maps: LinearMaps; readonly kernel: RadialKernel };
}

/** A linear score of the answers to a checklist's questions. */
export interface QuestionWeights extends WeightsBase {
  readonly recipe: "questions";
  /**
   * Of each question's log-odds in the last layer, ln p(second answer) − ln p(first), in the task's
   * order; of any sign. A criterion that was not learned from keeps the questions' own weights.
   */
  readonly parameters: { readonly criteria: Readonly<Record<string, LinearMap>> };
}

/** A linear score of hidden states. */
export interface ProbeWeights extends WeightsBase {
  readonly recipe: "probe";
  /**
   * Features are the hidden states of the layer set's layers, one after the other, and then the last
   * layer's expectation: layers · hiddenSize + 1 of them.
   */
  readonly parameters: LinearMaps & { readonly hiddenSize: number };
}

/** What a weights file holds. */
export type Weights = RidgeWeights | KernelWeights | QuestionWeights | LagerWeights | ProbeWeights;

/**
 * The text of a weights file: JSON, with lists of plain numbers or texts on one line each.
 *
 * @throws LagerError `INTERNAL` when a number is NaN or infinite, which JSON cannot hold.
 */
export function formatWeights(weights: Weights): string {
  checkArguments("formatWeights", { weights: [weights, KIND_OF_WEIGHTS] });
  return blaming("formatWeights", "weights", () => `${format(weights, "")}\n`);
}

/** SHA-256 of {@link formatWeights}, lower-case hex. */
export function weightsSha256(weights: Weights): string {
  return createHash("sha256").update(formatWeights(weights)).digest("hex");
}

const KIND_OF_WEIGHTS = objectOf({ kind: oneOf(["weights"]) });

/** Longer lists are no reading for people, and written without spaces. */
const SHORT_LIST = 100;

function format(value: unknown, indent: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new LagerError("INTERNAL", `${value} cannot be written to a weights file`);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const elements = value.map((element) => format(element, deeper));
    if (!value.some((element) => typeof element === "object" && element !== null)) {
      return `[${elements.join(elements.length > SHORT_LIST ? "," : ", ")}]`;
    }
    return `[\n${deeper}${elements.join(`,\n${deeper}`)}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}: ${format(member, deeper)}`);
  if (members.length === 0) return "{}";
  return `{\n${deeper}${members.join(`,\n${deeper}`)}\n${indent}}`;
}
