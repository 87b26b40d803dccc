import { createHash } from "node:crypto";
import { LagerError } from "../../base/errors.ts";
import type { Condition } from "../../input/task/condition.ts";
import type { JudgeFacts } from "./judge-facts.ts";
import type { LayerSet, Projection } from "./layer-set.ts";

/** Version of the weights format that this package writes. */
export const WEIGHTS_SCHEMA = 2;

/** The ways by which weights are learned; `probe` from the hidden states beside a run as well. */
export const RECIPES = ["ridge", "lager", "consensus", "probe"] as const;
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

/** A linear score for each criterion, and one for criteria that were not learned from. */
export interface LinearMaps {
  readonly criteria: Readonly<Record<string, LinearMap>>;
  readonly pooled: LinearMap;
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
  /** Null where nothing was labelled, so that nothing could be checked. */
  readonly validation: Validation | null;
  readonly outOfFold: OutOfFoldScores | null;
}

/** Weights of the paper's recipe. */
export interface LagerWeights extends WeightsBase {
  readonly recipe: "lager";
  /** w_l, shape [layers], for pictures: softmax(θ). */
  readonly layerWeights: readonly number[];
  readonly parameters: LagerParameters;
}

/** A linear score of the layers' expectations, learned from labels or from the layers' consensus. */
export interface LinearWeights extends WeightsBase {
  readonly recipe: "ridge" | "consensus";
  /** Weights of the standardised expectations, mean over the criteria, shape [layers]; of any sign. */
  readonly layerWeights: readonly number[];
  /** Features are the layers' expectations, in the order of the layer set. */
  readonly parameters: LinearMaps;
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
export type Weights = LagerWeights | LinearWeights | ProbeWeights;

/**
 * The text of a weights file: JSON, with lists of plain numbers or texts on one line each.
 *
 * @throws LagerError `INTERNAL` when a number is NaN or infinite, which JSON cannot hold.
 */
export function formatWeights(weights: Weights): string {
  return `${format(weights, "")}\n`;
}

/** SHA-256 of {@link formatWeights}, lower-case hex. */
export function weightsSha256(weights: Weights): string {
  return createHash("sha256").update(formatWeights(weights)).digest("hex");
}

function format(value: unknown, indent: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new LagerError("INTERNAL", `${value} cannot be written to a weights file`);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const elements = value.map((element) => format(element, deeper));
    if (!value.some((element) => typeof element === "object" && element !== null)) {
      return `[${elements.join(", ")}]`;
    }
    return `[\n${deeper}${elements.join(`,\n${deeper}`)}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}: ${format(member, deeper)}`);
  if (members.length === 0) return "{}";
  return `{\n${deeper}${members.join(`,\n${deeper}`)}\n${indent}}`;
}
