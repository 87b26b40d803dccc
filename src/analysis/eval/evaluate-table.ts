import { LagerError } from "../../base/errors.ts";
import { Pacer } from "../../base/pacer.ts";
import type { ReadRunTableOptions } from "../../run/read-run-table.ts";
import type { RunTable } from "../../run/run-table.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import { type Weights, weightsSha256 } from "../../scoring/weights/weights-format.ts";
import { criterionSeparation } from "./criterion-separation.ts";
import {
  DEFAULT_RESAMPLES,
  DEFAULT_SEED,
  DEFAULT_UNIT,
  type ResamplingUnit,
} from "./eval-choices.ts";
import type { EvalResult } from "./eval-result.ts";
import { evaluateScopes } from "./evaluate-scopes.ts";
import { type EvaluatedSample, evaluatedSample } from "./evaluated-sample.ts";
import { layerChoice } from "./layer-choice.ts";
import { layerScores } from "./layer-scores.ts";
import { methodWeights, recordedCurve } from "./layer-weights.ts";
import { runCounts } from "./line-counts.ts";
import { findDisagreements, listItems } from "./listed-items.ts";
import type { MethodScores } from "./method.ts";
import { methodCalibration } from "./method-calibration.ts";
import { preferenceFigures } from "./preferences.ts";
import { questionFigures } from "./question-figures.ts";
import { runFacts } from "./run-facts.ts";
import { scoreHistograms } from "./score-distributions.ts";
import { tunedScores, type WeightsFile } from "./tuned-scores.ts";
import { untunedMethods } from "./untuned-methods.ts";

/** How a run is evaluated. */
export interface EvaluateOptions extends ReadRunTableOptions {
  /** Learned weights, as `lager-tuned`. */
  readonly weights?: WeightsFile | undefined;
  /**
   * Layers to evaluate beside the others, as the method `chosen`: what `--layers` of scoring takes.
   * Default: none.
   */
  readonly layers?: string | undefined;
  /** Logits that these are read from. Default: `normed`. */
  readonly projection?: Projection | undefined;
  /** Resamples for the intervals. Default: 1000. */
  readonly resamples?: number | undefined;
  /** Of the resamples and folds. Default: 42. */
  readonly seed?: number | undefined;
  /**
   * What is drawn whole in a resample: `group` (default), all records that belong together, such as
   * responses to one instruction; or `record`, which takes these as independent and so gives too
   * narrow intervals. A record without a group is one of its own.
   */
  readonly unit?: ResamplingUnit | undefined;
  /** Called with the share of the resamples that are done, 0…1: they take most of the time. */
  readonly onResampled?: ((share: number) => void) | undefined;
}

/** Methods whose scores stand with every item. */
const MAIN_METHODS: readonly string[] = [
  "vanilla",
  "e-score",
  "score",
  "chosen",
  "lager",
  "lager-tuned",
];

/** Below this share the judge was not about to answer with a score. */
const LOW_SCORE_MASS = 0.5;

/** Computes every figure of an evaluation; see `evaluateTable` of evaluate-run. */
export async function evaluation(table: RunTable, options: EvaluateOptions): Promise<EvalResult> {
  const { resamples = DEFAULT_RESAMPLES, seed = DEFAULT_SEED, unit = DEFAULT_UNIT } = options;
  const { onResampled } = options;
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    throw new LagerError("INVALID_ARGUMENT", `there is at least one resample, not ${resamples}`);
  }
  if (table.lines === 0) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "there is nothing to evaluate: the run holds no score",
      { place: { file: table.files[0] ?? "" } },
    );
  }
  const pacer = new Pacer(options.signal, "the evaluation");
  const sample = evaluatedSample(table, unit);
  const layers = await layerScores(table, pacer);
  const tuned =
    options.weights === undefined ? null : await tunedScores(table, options.weights, layers, pacer);
  const chosen =
    options.layers === undefined
      ? null
      : layerChoice(table, options.layers, options.projection ?? "normed");
  const methods = inOrder(await untunedMethods(table, layers, chosen, pacer), tuned?.method);
  const main = methods.filter(({ method }) => MAIN_METHODS.includes(method));
  const mainMethods = main.map(({ method }) => method);
  const scopes = await evaluateScopes({
    ...{ table, sample, methods, layers, mainMethods, resamples, seed, pacer, onResampled },
  });
  const weights = options.weights?.weights ?? null;
  return {
    kind: "eval",
    schema: 1,
    ...scopes.mean,
    criteria: Object.fromEntries(
      table.criteria.map((name, index) => [name, scopes.criteria[index]] as const),
    ) as EvalResult["criteria"],
    pooled: scopes.pooled,
    systems: scopes.systems,
    separation: await criterionSeparation(table, sample, methods, { resamples, seed, pacer }),
    preferences: await preferenceFigures(table, methods, { unit, resamples, seed, pacer }),
    run: runFacts(table),
    counts: runCounts(
      table,
      scopes.criteria.map(({ counts }) => counts),
    ),
    bootstrap: scopes.bootstrap,
    questions: questionFigures(table),
    calibration: main.map((method) => methodCalibration(table, sample.lines, method, seed)),
    layerWeights: methodWeights(table, weights),
    tuned: tuned?.facts ?? null,
    learningCurve: recordedCurve(weights),
    distributions: scoreHistograms(table, main),
    mainMethods,
    items: listItems(table, main),
    disagreements: findDisagreements(table, main),
    notes: [
      ...runNotes(table, sample),
      ...ownWeightsNotes(table, weights),
      ...(tuned?.notes ?? []),
    ],
  };
}

/** Learned weights stand behind `lager`, before its variations. */
function inOrder(
  untuned: readonly MethodScores[],
  tuned: MethodScores | undefined,
): MethodScores[] {
  const place = untuned.findIndex(({ method }) => method === "lager") + 1;
  return [
    ...untuned.slice(0, place),
    ...(tuned === undefined ? [] : [tuned]),
    ...untuned.slice(place),
  ];
}

/** What a reader of the figures must know of the run. */
function runNotes(table: RunTable, sample: EvaluatedSample): string[] {
  const notes: string[] = [];
  const { classes = [] } = table.header;
  if (classes.length > 1) {
    notes.push(
      `Machines of ${classes.length} kinds scored the run: the same item need not have the same bits on each of them.`,
    );
  }
  if (sample.lines.length === 0) {
    notes.push(
      "No line of the run has a human score: there is nothing to compare the scores with.",
    );
    return notes;
  }
  const leftOut = table.criteria.filter((_, index) => !sample.averaged.includes(index));
  if (leftOut.length > 0) {
    notes.push(
      `The means over the criteria leave out ${leftOut.join(", ")}: without two different human scores there is no correlation.`,
    );
  }
  const { values } = table.header;
  const [low = 0, high = 0] = [values[0], values.at(-1)];
  const outside = sample.lines.filter((line) => !isWithin(table.human[line] ?? low, low, high));
  if (outside.length > 0) {
    notes.push(
      `${outside.length} human scores lie outside of the judge's scale ${low}–${high}: errors and calibration then compare unlike units; correlations do not mind.`,
    );
  }
  const facts = runFacts(table);
  if (facts.medianScoreMass !== null && facts.medianScoreMass < LOW_SCORE_MASS) {
    notes.push(
      `The judge was not about to answer with a score: the median share of its probability on the score tokens is ${facts.medianScoreMass.toFixed(3)}.`,
    );
  }
  return notes;
}

/** A run that was scored with learned weights holds scores that its own logits do not show. */
function ownWeightsNotes({ header }: RunTable, weights: Weights | null): string[] {
  const own = header.options.weights;
  if (own === undefined) return [];
  if (weights !== null && weightsSha256(weights) === own.sha256) return [];
  return [
    `The run's own scores are those of learned weights (recipe ${own.recipe}), which are not among ` +
      "these methods: lager stands for equal weights here. Given the weights file, they are lager-tuned.",
  ];
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}
