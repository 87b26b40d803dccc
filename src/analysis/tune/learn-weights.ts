import { LagerError, requireOneOf } from "../../base/errors.ts";
import { version } from "../../base/version.ts";
import { isChecklist } from "../../input/task/checklist.ts";
import type { RunHidden } from "../../run/run-hidden.ts";
import type { RunTable } from "../../run/run-table.ts";
import { taskSha256 } from "../../scoring/weights/fingerprints.ts";
import { requireFittingWeights } from "../../scoring/weights/fitting-weights.ts";
import {
  type LayerSet,
  PROJECTIONS,
  type Projection,
  parseLayerSet,
} from "../../scoring/weights/layer-set.ts";
import { isLayerSet } from "../../scoring/weights/weighed-layers.ts";
import {
  type LinearMaps,
  type RadialKernel,
  RECIPES,
  type Recipe,
  type Validation,
  WEIGHTS_SCHEMA,
  type Weights,
} from "../../scoring/weights/weights-format.ts";
import { type Agreement, agreement, compare } from "./agreement.ts";
import { outOfFold, roundsOf, rowFolds, validatedCurve } from "./cross-validate.ts";
import { kernelLearner } from "./kernel-recipe.ts";
import { LAGER_DEFAULTS } from "./lager-recipe.ts";
import { probeLearner } from "./probe-recipe.ts";
import { probeStates } from "./probe-states.ts";
import { questionsLearner } from "./questions-recipe.ts";
import {
  type Learned,
  type Learner,
  lagerLearner,
  ridgeLearner,
  uniformScores,
} from "./recipes.ts";
import { dataSha256, rowKeys, type TrainingSet, trainingSet } from "./training-set.ts";
import { TUNE_DEFAULTS } from "./tune-choices.ts";

/** How weights are learned. */
export interface TuneOptions {
  /** Default `ridge`. */
  readonly recipe?: Recipe | undefined;
  /** Folds of the cross-validation. Default 5. */
  readonly folds?: number | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** Default: the run's; of the recipe `probe` all layers whose hidden states were captured. */
  readonly layers?: string | undefined;
  /** The run's hidden states, which the recipe `probe` learns from. */
  readonly hidden?: RunHidden | undefined;
  /** Default: the run's. */
  readonly projection?: Projection | undefined;
  /** Of the recipe `lager`. Default 2. */
  readonly epochs?: number | undefined;
  /** Of the recipe `lager`. Default 4. */
  readonly batchSize?: number | undefined;
  /**
   * Weights of the same judge, layers and projection, be it from another task, that are shrunk toward
   * as far as the labels do not say otherwise (`ridge` alone).
   */
  readonly from?: Weights | undefined;
  /** Give weights that do worse than none in cross-validation. Default false. */
  readonly allowWorse?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is being done. */
  readonly onPhase?: ((phase: string) => void) | undefined;
}

/** Methods that learn nothing, against which every recipe is held. */
const BASELINES = ["lager", "e-score"] as const;

/** Learns weights and checks them; see `tune`. */
export async function learnWeights(table: RunTable, options: TuneOptions): Promise<Weights> {
  const { header } = table;
  const seed = options.seed ?? TUNE_DEFAULTS.seed;
  const recipe = requireOneOf("recipe", options.recipe ?? "ridge", RECIPES);
  if (table.human.every(Number.isNaN)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "weights are learned from human scores, and the run has none: score records that have them",
      { place: { file: table.files[0] ?? "" } },
    );
  }
  if (options.from !== undefined && recipe !== "ridge") {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the recipe ${recipe} cannot be shrunk toward other weights: only ridge can`,
    );
  }
  requireFittingRecipe(recipe, table);
  const layerSet = layersOf(recipe, table, options);
  const asked = options.projection ?? header.options.projection;
  const projection = requireOneOf("projection", asked, PROJECTIONS);
  const carried = carriedWeights(options.from ?? null, table, layerSet.layers, projection);
  // What a probe is held against has the run's own layers, whatever states were captured.
  const { layers } = recipe === "probe" ? ownLayers(table) : layerSet;
  const set = trainingSet(table, { projection, layers });
  const learner = await learnerOf(recipe, set, seed, carried, options);
  const every = Int32Array.from(set.lines, (_, row) => row);
  const checked = await validate(set, recipe, learner, seed, options);
  options.onPhase?.("learning from all rows");
  const learned = await learner(every);
  const keys = rowKeys(set);
  const common = {
    kind: "weights",
    schema: WEIGHTS_SCHEMA,
    version,
    judge: header.judge,
    projection,
    layerSet,
    labels: header.labels,
    values: header.values,
    task: {
      name: header.task.name,
      sha256: taskSha256(header.task),
      criteria: set.criteria,
    },
    condition: header.options.condition,
    training: {
      seed,
      folds: checked.folds,
      records: new Set(Array.from(set.lines, (line) => table.recordOf[line])).size,
      rows: set.lines.length,
      dataSha256: dataSha256(set, keys),
      rowKeys: [...keys].sort(),
      humanRange: set.humanRange,
      options: { ...learned.chosen, ...recipeOptions(recipe, options) },
    },
    validation: checked.validation,
    outOfFold: { keys, scores: Array.from(checked.scores) },
  } as const;
  const layerWeights = Array.from(learned.layerWeights);
  if (recipe === "lager") return { ...common, recipe, layerWeights, parameters: lagerOf(learned) };
  if (recipe === "questions") {
    return { ...common, recipe, parameters: { criteria: learned.questionMaps?.() ?? {} } };
  }
  if (recipe === "probe") {
    const hiddenSize = hiddenOf(options).width;
    return { ...common, recipe, parameters: { ...mapsOf(learned), hiddenSize } };
  }
  const featureWeights = Array.from(learned.featureWeights ?? []);
  if (recipe === "ridge") {
    return { ...common, recipe, layerWeights, featureWeights, parameters: mapsOf(learned) };
  }
  const parameters = { maps: mapsOf(learned), kernel: kernelOf(learned) };
  return { ...common, recipe, layerWeights, featureWeights, parameters };
}

/** @throws LagerError `INVALID_ARGUMENT` for a recipe that cannot learn from such a run. */
function requireFittingRecipe(recipe: Recipe, { header, files }: RunTable): void {
  const place = { file: files[0] ?? "" };
  const asksQuestions = isChecklist(header.task);
  if (recipe === "questions" && !asksQuestions) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "the recipe questions learns from answers to questions, and the run's task asks none: give its " +
        "criteria questions, or use ridge",
      { place },
    );
  }
  if (!asksQuestions || (recipe !== "lager" && recipe !== "probe")) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the recipe ${recipe} learns from one place of the prompt, and this task asks several questions: ` +
      "use the recipe questions, or ridge",
    { place },
  );
}

function layersOf(recipe: string, table: RunTable, options: TuneOptions): LayerSet {
  const { layers } = table.header.judge;
  if (recipe === "questions") return parseLayerSet("last", layers);
  if (options.layers !== undefined) return parseLayerSet(options.layers, layers);
  if (recipe !== "probe") return ownLayers(table);
  return parseLayerSet(hiddenOf(options).layers.join(), layers);
}

/** The last layer alone and a contrast leave layers out that can be learned from. */
function ownLayers({ header }: RunTable): LayerSet {
  const { layers } = header.options;
  return parseLayerSet(
    layers === "last" || !isLayerSet(layers) ? "all" : layers,
    header.judge.layers,
  );
}

function hiddenOf({ hidden }: TuneOptions): RunHidden {
  if (hidden !== undefined) return hidden;
  throw new LagerError("INVALID_ARGUMENT", "the recipe probe learns from hidden states: give them");
}

async function learnerOf(
  recipe: Recipe,
  set: TrainingSet,
  seed: number,
  carried: Float64Array | null,
  options: TuneOptions,
): Promise<Learner> {
  const { signal } = options;
  if (recipe === "probe") {
    options.onPhase?.("reading the hidden states");
    const { layers } = layersOf(recipe, set.table, options);
    return probeLearner(set, await probeStates(set, hiddenOf(options), layers, seed, signal), {
      signal,
    });
  }
  if (recipe === "ridge") return ridgeLearner(set, { carried, signal });
  if (recipe === "kernel") return kernelLearner(set, { seed, signal });
  if (recipe === "questions") return questionsLearner(set, { signal });
  const { epochs, batchSize } = { ...LAGER_DEFAULTS, ...recipeOptions(recipe, options) };
  return lagerLearner(set, { seed, signal, epochs, batchSize });
}

async function validate(
  set: TrainingSet,
  recipe: string,
  learner: Learner,
  seed: number,
  options: TuneOptions,
): Promise<{ validation: Validation; scores: Float64Array; folds: number }> {
  const folds = options.folds ?? TUNE_DEFAULTS.folds;
  options.onPhase?.("cross-validation");
  const rounds = roundsOf(rowFolds(set, folds, seed), folds, learner.learnsFrom);
  const scores = await outOfFold(set, learner, rounds);
  const own = agreement(set, scores, seed);
  const baselines = new Map<string, Agreement>([
    ["lager", agreement(set, uniformScores(set), seed)],
    ["e-score", agreement(set, set.eScores, seed)],
  ]);
  requireGain(recipe, own, baselines, options.allowWorse === true);
  options.onPhase?.("the learning curve");
  const curve = await validatedCurve(set, learner, rounds, seed);
  const figures = ({ spearman, criteria }: Agreement) => ({ spearman, criteria });
  return {
    scores,
    folds,
    validation: {
      methods: [
        { method: recipe, ...figures(own) },
        ...[...baselines].map(([method, each]) => ({ method, ...figures(each) })),
      ],
      comparisons: [...baselines].map(([against, each]) => ({ against, ...compare(own, each) })),
      learningCurve: curve,
    },
  };
}

/** @throws LagerError `NO_GAIN` when a method that learns nothing does better. */
function requireGain(
  recipe: string,
  own: Agreement,
  baselines: ReadonlyMap<string, Agreement>,
  allowWorse: boolean,
): void {
  const better = BASELINES.filter(
    (name) => (baselines.get(name)?.spearman.value ?? 0) > own.spearman.value,
  );
  if (better.length === 0 || allowWorse) return;
  const list = better
    .map((name) => `${name} ${baselines.get(name)?.spearman.value.toFixed(3)}`)
    .join(", ");
  throw new LagerError(
    "NO_GAIN",
    `in cross-validation the recipe ${recipe} reaches a mean Spearman of ` +
      `${own.spearman.value.toFixed(3)}, and what learns nothing does better (${list}): collect ` +
      "more labels, try another recipe, or take the weights all the same with --allow-worse",
  );
}

/** Standardised weights of other weights of the same judge, layers and projection. */
function carriedWeights(
  from: Weights | null,
  table: RunTable,
  layers: readonly number[],
  projection: Projection,
): Float64Array | null {
  if (from === null) return null;
  // Of standardised features: they mean the same on another task's scale.
  const { labels, values } = from;
  requireFittingWeights(from, { ...table.header, labels, values, projection, layers });
  if (from.recipe === "ridge") return Float64Array.from(from.featureWeights);
  throw new LagerError(
    "INVALID_ARGUMENT",
    `weights of the recipe ${from.recipe} cannot be shrunk toward: give ones of ridge`,
  );
}

function recipeOptions(recipe: string, options: TuneOptions) {
  if (recipe !== "lager") return {};
  return {
    epochs: options.epochs ?? LAGER_DEFAULTS.epochs,
    batchSize: options.batchSize ?? LAGER_DEFAULTS.batchSize,
    learningRate: LAGER_DEFAULTS.learningRate,
  };
}

function lagerOf({ lager }: Learned): { theta: number[]; alpha: number } {
  if (lager === undefined) throw new LagerError("INTERNAL", "the recipe learned no weights");
  return { theta: Array.from(lager.theta), alpha: lager.alpha };
}

function kernelOf({ kernel }: Learned): RadialKernel {
  if (kernel === undefined) throw new LagerError("INTERNAL", "the recipe learned no kernel");
  return kernel();
}

function mapsOf({ maps }: Learned): LinearMaps {
  if (maps === undefined) throw new LagerError("INTERNAL", "the recipe learned no maps");
  return maps();
}
