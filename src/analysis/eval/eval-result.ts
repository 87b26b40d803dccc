import type { RunHeader } from "../../run/run-format.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import type { CalibrationBin } from "../stats/calibration.ts";
import type { Estimate, PairedEstimate } from "../stats/estimate.ts";
import type { Method } from "./method.ts";

/**
 * What `lager eval` finds out about one judge on one task, from run files alone.
 *
 * It is plain JSON. The outer `methods`, `layers` and `comparisons` are means over the criteria of
 * each criterion's figure. Everything is null or an empty list where there is nothing to say;
 * nothing is NaN.
 */
export interface EvalResult extends EvalScope {
  readonly kind: "eval";
  readonly schema: 1;
  readonly run: RunFacts;
  readonly counts: EvalCounts;
  readonly bootstrap: BootstrapFacts;
  /** By name, in the task's order. */
  readonly criteria: Readonly<Record<string, CriterionScope>>;
  /** All lines as one sample, whatever their criterion. */
  readonly pooled: EvalScope;
  /** Correlation of the systems' mean scores; null unless three systems or more have human scores. */
  readonly systems: SystemScope | null;
  /** Agreement with preferences; null when the run holds no pairs. */
  readonly preferences: PreferenceFigures | null;
  /**
   * How far scores of different criteria of one record agree; null unless two criteria of a record have
   * human scores.
   */
  readonly separation: CriterionSeparation | null;
  /** Of a task with questions: each of them, criterion by criterion. */
  readonly questions: readonly QuestionFigures[];
  /** Of each of the {@link EvalResult.mainMethods} that is on the task's scale. */
  readonly calibration: readonly MethodCalibration[];
  /** Weights of the methods that have any, `lager` first. */
  readonly layerWeights: readonly MethodWeights[];
  /** The weights that were given, and how the tuned scores came about; null without `--weights`. */
  readonly tuned: TunedFacts | null;
  /** How many labels are worth collecting, as the weights file recorded it; null when it did not. */
  readonly learningCurve: LearningCurve | null;
  /** How often which score was given, by criterion. */
  readonly distributions: readonly ScoreDistribution[];
  /**
   * Methods whose score stands with every item and in scatter plots: `vanilla`, `e-score`, `lager`
   * and, where there are any, `lager-tuned`.
   */
  readonly mainMethods: readonly string[];
  /** The first {@link MOST_LISTED_ITEMS} items; not part of `--json`. */
  readonly items: ItemList;
  /** The items on which the main methods differ most; not part of `--json`. */
  readonly disagreements: readonly Disagreement[];
  /** What a reader must know, in whole sentences: "the weights come from another task", … */
  readonly notes: readonly string[];
}

/** So many items are listed one by one. */
export const MOST_LISTED_ITEMS = 10_000;

/** How one question of a checklist was answered, in the last layer. */
export interface QuestionFigures {
  readonly criterion: string;
  readonly question: string;
  /** What it counts in the criterion's score, 0…1. */
  readonly share: number;
  readonly lines: number;
  /** Mean probability of the better answer; null without a line. */
  readonly answered: number | null;
  /** Its log-odds against the human scores of the criterion; null where there is no correlation. */
  readonly spearman: number | null;
}

/** All methods on one sample of items. */
export interface EvalScope {
  /** Every method but single layers, the baselines first. */
  readonly methods: readonly MethodFigures[];
  /** Every single layer, normed first, then raw, each from layer 0 (the token embedding) on. */
  readonly layers: readonly LayerFigures[];
  /** Each of `methods` against `e-score`, in their order, without `e-score` itself. */
  readonly comparisons: readonly Comparison[];
}

/** One method against the mean human scores. */
export interface MethodFigures extends Method {
  readonly spearman: Estimate;
  readonly pearson: Estimate;
  /** Kendall's τ-b. */
  readonly kendall: Estimate;
  /** Spearman given the response's length: what of the agreement is not length in disguise. */
  readonly partialSpearman: Estimate;
  /**
   * Lines with a score of the method and a human score: what the figures are computed from. In a
   * mean over criteria, their sum; by system, the number of systems.
   */
  readonly n: number;
  /** Lines, with a human score or without, for which the method has no score (failures, …). */
  readonly withoutScore: number;
  /** Mean absolute error in the scale's units; null for a method that is not on the scale. */
  readonly meanAbsoluteError: number | null;
}

/** One layer alone: the expectation under the softmax of its score logits. */
export interface LayerFigures extends MethodFigures {
  /** 0 is the token embedding, L the last layer. */
  readonly layer: number;
  readonly projection: Projection;
}

/** A method against a baseline, by paired bootstrap. */
export interface Comparison {
  readonly method: string;
  /** `e-score`. */
  readonly baseline: string;
  readonly spearman: PairedEstimate;
  readonly pearson: PairedEstimate;
  readonly kendall: PairedEstimate;
  readonly partialSpearman: PairedEstimate;
  /** Lines that both methods have a score for. */
  readonly n: number;
}

/** One criterion's items. */
export interface CriterionScope extends EvalScope {
  readonly counts: LineCounts;
}

/** The systems that wrote the responses, each with its mean over its lines. */
export interface SystemScope extends EvalScope {
  /** Systems with a human score, in order of their names. */
  readonly systems: readonly SystemMean[];
}

/** One system. */
export interface SystemMean {
  readonly system: string;
  /** Lines with a human score. */
  readonly n: number;
  readonly human: number;
  /** Mean score by main method; null where no line has one. */
  readonly scores: Readonly<Record<string, number | null>>;
}

/** Lines of a run, counted. `lines` = `scored` + `failed`. */
export interface LineCounts {
  readonly lines: number;
  readonly scored: number;
  readonly failed: number;
  /** Failures by error code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Scored lines with a human score. */
  readonly evaluated: number;
  /** Scored lines without a human score. */
  readonly withoutHuman: number;
}

/** The whole run's counts. */
export interface EvalCounts extends LineCounts {
  /** Distinct record ids. */
  readonly records: number;
  /** Records that failed as a whole, before any criterion; they are among `failed`. */
  readonly failedRecords: number;
}

/** How the intervals were made. */
export interface BootstrapFacts {
  readonly seed: number;
  /** Resamples of the methods' figures. */
  readonly resamples: number;
  /** Resamples of the single layers' figures, which may be fewer. */
  readonly layerResamples: number;
  /** What is drawn whole: a group of records, or a record with its criteria. */
  readonly unit: "group" | "record";
  /** Units with a human score. */
  readonly units: number;
  /**
   * 1 for the ordinary bootstrap. Large runs are parted at random into bags of `bagSize` units, and
   * each resample draws `units` times from one of them (bag of little bootstraps).
   */
  readonly bags: number;
  readonly bagSize: number;
}

/** Accuracy of a method in telling the chosen response from the rejected one. */
export interface PreferenceFigures {
  /** Pairs in the run. */
  readonly pairs: number;
  /** Pairs of which a side has no score: counted here, in no accuracy. */
  readonly unscored: number;
  readonly methods: readonly PreferenceAccuracy[];
  readonly criteria: Readonly<Record<string, { readonly methods: readonly PreferenceAccuracy[] }>>;
}

/** One method's agreement with the preferences. */
export interface PreferenceAccuracy {
  readonly method: string;
  /** Share of pairs whose chosen side has the larger score; equal scores count half. */
  readonly accuracy: Estimate;
  /** Pairs with both scores. */
  readonly n: number;
  /** Of them, pairs with equal scores. */
  readonly ties: number;
}

/**
 * Whether criteria are told apart: the mean Spearman over pairs of criteria of the scores that one
 * record has on both. Near 1, all criteria are one to the method.
 */
export interface CriterionSeparation {
  /** Pairs of criteria that two records or more have human scores on. */
  readonly pairs: number;
  /** Of people's scores. */
  readonly human: Estimate;
  /** Of each method that reads the criterion, on the same records; the response's length does not. */
  readonly methods: readonly { readonly method: string; readonly agreement: Estimate }[];
}

/** Predicted against human scores of one method, over all criteria. */
export interface MethodCalibration {
  readonly method: string;
  /** Bins of about equal numbers of items, in ascending order of the prediction. */
  readonly bins: readonly CalibrationBin[];
  /** Mean |prediction − human| as it is. */
  readonly meanAbsoluteError: number | null;
  /** √ mean (prediction − human)² as it is. */
  readonly rootMeanSquaredError: number | null;
  /** A monotone map onto human scores; null with fewer than ten items. */
  readonly monotone: MonotoneMap | null;
}

/** A monotone (isotonic) map from prediction to human score. */
export interface MonotoneMap {
  /** Ascending, the map is linear between them and flat beyond; learned from all items. */
  readonly points: readonly { readonly score: number; readonly human: number }[];
  /** Errors of items that were mapped by folds (of groups) they were not part of. */
  readonly folds: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
}

/** Weights by layer. */
export interface MethodWeights {
  readonly method: string;
  readonly projection: Projection;
  readonly layers: readonly number[];
  /**
   * One for each layer. Whether they are non-negative and sum to one, or are free coefficients of
   * standardised expectations, `kind` says.
   */
  readonly weights: readonly number[];
  readonly kind: "share" | "coefficient";
  /** The criterion they are for; null: all. */
  readonly criterion: string | null;
}

/** Where `lager-tuned` comes from. */
export interface TunedFacts {
  readonly file: string;
  readonly recipe: string;
  /** Name of the task the weights were learned on, and whether it is this run's. */
  readonly task: string;
  readonly sameTask: boolean;
  /**
   * How the evaluated items were scored. `held-out`: with weights that never saw them.
   * `out-of-fold`: those that the weights were learned from, by weights learned without them, as the
   * weights file recorded. `left-out`: the file recorded no such scores, so that those items have no
   * tuned score.
   */
  readonly scoring: "held-out" | "out-of-fold" | "left-out";
  /** Evaluated lines that were among the training rows. */
  readonly overlap: number;
}

/** Figures in cross-validation by number of labels. */
export interface LearningCurve {
  readonly points: readonly {
    /** Labelled lines that were learned from. */
    readonly labels: number;
    /** Mean Spearman over repeats (and criteria), and its spread (10th and 90th percentile). */
    readonly spearman: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  /** For comparison on the same items. */
  readonly eScore: number | null;
  readonly uniform: number | null;
}

/** How often which score was given on a criterion, by people and by main methods. */
export interface ScoreDistribution {
  readonly criterion: string;
  /** Edges of the bins, ascending, one more than bins, in the scale's units. */
  readonly edges: readonly number[];
  /** Items in each bin; `human` first, then the main methods. */
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
  /** Mean probability of each label under `lager`, in the order of the run's labels. */
  readonly labels: readonly number[];
}

/** Items one by one, as columns of equal length. */
export interface ItemList {
  /** Items of the run, of which the list holds the first. */
  readonly total: number;
  readonly ids: readonly string[];
  /** Index into `criterionNames`. */
  readonly criteria: readonly number[];
  readonly criterionNames: readonly string[];
  readonly human: readonly (number | null)[];
  readonly system: readonly (string | null)[];
  /** In Unicode code points. */
  readonly responseLength: readonly (number | null)[];
  /** Scores by main method. */
  readonly scores: Readonly<Record<string, readonly (number | null)[]>>;
}

/** An item on which methods disagree, and the layers in which its judgment forms. */
export interface Disagreement {
  readonly id: string;
  readonly criterion: string;
  readonly human: number | null;
  /** By main method. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** Largest difference of two main methods' scores, in the scale's units. */
  readonly spread: number;
  /**
   * Each layer's distribution over the labels (its own softmax, or product along the labels'
   * tokens), shape [layers + 1][labels]; null for a layer that was not captured.
   */
  readonly probabilities: readonly (readonly number[] | null)[];
}

/** Facts of the evaluated run; where several files are parts of one run, of the first. */
export interface RunFacts {
  readonly files: readonly string[];
  readonly judge: RunHeader["judge"];
  readonly llama: RunHeader["llama"];
  readonly task: string;
  readonly criteria: readonly string[];
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /** Layer set and projection that the run was scored with. */
  /** The method that gives the run's own scores; null where they come from learned weights. */
  readonly method: string | null;
  readonly layerSet: string;
  readonly projection: Projection;
  /** Whether labels have several tokens and are scored over their tree. */
  readonly severalTokens: boolean;
  /** Median share of the vocabulary's probability on the score tokens, 0…1. */
  readonly medianScoreMass: number | null;
  readonly promptTokens: number;
  readonly reusedTokens: number;
}

/** A result as `--json` prints it: everything but the items one by one. One line, no line end. */
export function evalJson(result: EvalResult): string {
  const { methods, criteria, pooled, comparisons, items, disagreements, ...rest } = result;
  // What a reader looks for comes first.
  return JSON.stringify({ methods, criteria, pooled, comparisons, ...rest });
}
