import { LagerError } from "../../base/errors.ts";
import type { Pacer } from "../../base/pacer.ts";
import { lineName } from "../../run/line-key.ts";
import { openRunHidden } from "../../run/run-hidden.ts";
import type { RunTable } from "../../run/run-table.ts";
import { softmax } from "../../scoring/distribution/softmax.ts";
import { probeFeatures } from "../../scoring/score/apply-weights.ts";
import { LayerFeatures } from "../../scoring/score/layer-features.ts";
import { clipped, forCriterion, layerScore, linearSum } from "../../scoring/score/layer-score.ts";
import { QuestionLogOdds, questionScore } from "../../scoring/score/question-score.ts";
import { rowKey } from "../../scoring/weights/fingerprints.ts";
import {
  isOtherCondition,
  isOtherTask,
  requireFittingWeights,
} from "../../scoring/weights/fitting-weights.ts";
import type {
  KernelWeights,
  LagerWeights,
  ProbeWeights,
  QuestionWeights,
  RidgeWeights,
  Weights,
} from "../../scoring/weights/weights-format.ts";
import type { TunedFacts } from "./eval-result.ts";
import { pacedChoiceScores } from "./layer-choice.ts";
import { scoresOfLayer } from "./layer-scores.ts";
import type { LayerScores, MethodScores } from "./method.ts";

/** Weights and the file they come from. */
export interface WeightsFile {
  readonly file: string;
  readonly weights: Weights;
}

/** Scores by learned weights, and how they came about. */
export interface TunedScores {
  readonly method: MethodScores;
  readonly facts: TunedFacts;
  /** What a reader must know, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Scores all lines by learned weights. A line that the weights were learned from gets the score that
 * the weights file recorded for it, by weights which were learned without it; where the file has
 * none it gets no score. So nothing is ever scored by weights that saw its label.
 *
 * @throws LagerError `WEIGHTS_MISMATCH` when the weights belong to another judge or scale.
 */
export async function tunedScores(
  table: RunTable,
  { file, weights }: WeightsFile,
  layers: readonly LayerScores[],
  pacer: Pacer,
): Promise<TunedScores> {
  requireFittingWeights(weights, table.header, file);
  const scores = await weighedScores(table, weights, layers, pacer);
  const overlap = replaceTrainingRows(table, weights, scores);
  const sameTask = !isOtherTask(weights, table.header.task);
  const { layerSet, projection, recipe } = weights;
  const { condition } = table.header.options;
  return {
    method: {
      method: "lager-tuned",
      kind: "tuned",
      description: `${layerSet.spec === "all" ? "all layers" : layerSet.spec}, ${recipe === "probe" ? "hidden states" : projection}, weights learned by the recipe ${recipe}`,
      layers: layerSet.layers,
      projection,
      scores,
    },
    facts: {
      file,
      recipe,
      task: weights.task.name,
      sameTask,
      scoring: overlap.scoring,
      overlap: overlap.rows,
    },
    notes: [
      ...(sameTask
        ? []
        : [
            `The weights were learned on another task (${weights.task.name}): they may help or hurt here.`,
          ]),
      ...(isOtherCondition(weights, condition)
        ? [
            `The weights were learned under the condition ${weights.condition}, and this run was scored ` +
              `under ${condition}: they may help or hurt here.`,
          ]
        : []),
      ...overlap.notes,
    ],
  };
}

async function weighedScores(
  table: RunTable,
  weights: Weights,
  layers: readonly LayerScores[],
  pacer: Pacer,
): Promise<Float64Array> {
  switch (weights.recipe) {
    case "lager":
      return lagerScores(table, weights, pacer);
    case "ridge":
    case "kernel":
      return layerFeatureScores(table, weights, pacer);
    case "questions":
      return checklistScores(table, weights, pacer);
    case "probe":
      return probeScores(table, weights, layers, pacer);
  }
}

/** w = softmax(θ), aggregated as uniform weights are. */
function lagerScores(
  table: RunTable,
  { parameters, projection, layerSet }: LagerWeights,
  pacer: Pacer,
): Promise<Float64Array> {
  const choice = { ...layerSet, projection, weights: softmax(parameters.theta) };
  return pacedChoiceScores(table, choice, pacer);
}

async function layerFeatureScores(
  table: RunTable,
  weights: RidgeWeights | KernelWeights,
  pacer: Pacer,
): Promise<Float64Array> {
  const { projection, layerSet, values, judge } = weights;
  const features = new LayerFeatures(table.nodes, {
    ...{ projection, values, layers: layerSet.layers, layerCount: judge.layers },
  });
  const score = layerScore(weights);
  return scoresByReader(table, features, (criterion) => score(criterion, features), pacer);
}

async function checklistScores(
  table: RunTable,
  weights: QuestionWeights,
  pacer: Pacer,
): Promise<Float64Array> {
  const { values, judge } = weights;
  const answers = new QuestionLogOdds(table.nodes, { values, layerCount: judge.layers });
  const score = (criterion: string) => questionScore(weights, criterion, answers);
  return scoresByReader(table, answers, score, pacer);
}

/** By what scoring one item reads, so that it comes to the same bits. */
async function scoresByReader(
  table: RunTable,
  reader: { read(line: number): void },
  score: (criterion: string) => number,
  pacer: Pacer,
): Promise<Float64Array> {
  const scores = new Float64Array(table.lines);
  for (let line = 0; line < table.lines; line++) {
    reader.read(line);
    scores[line] = score(table.criteria[table.criterionOf[line] as number] ?? "");
    if (line % 100 === 99) await pacer.rest();
  }
  return scores;
}

/** A linear function of hidden states beside the run and the e-score, clipped to the scale. */
async function probeScores(
  table: RunTable,
  { parameters, layerSet, values, judge }: ProbeWeights,
  layers: readonly LayerScores[],
  pacer: Pacer,
): Promise<Float64Array> {
  await using hidden = await openRunHidden(table);
  const { width, layers: captured } = hidden;
  const missing = layerSet.layers.filter((layer) => !captured.includes(layer));
  if (missing.length > 0) {
    throw new LagerError(
      "WEIGHTS_MISMATCH",
      `the probe reads the hidden states of layer ${missing.join()}, and those beside the run are ` +
        `of layers ${captured.join()}: score with --capture hidden:${layerSet.layers.join()}`,
      { place: { file: table.files[0] ?? "", field: "layerSet.layers" } },
    );
  }
  const eScores = scoresOfLayer(layers, judge.layers, "normed");
  const scores = new Float64Array(table.lines);
  for (let line = 0; line < table.lines; line++) {
    const states = await hidden.read(line);
    const features = probeFeatures(
      layerSet.layers.map((layer) => {
        const place = captured.indexOf(layer);
        return states.subarray(place * width, (place + 1) * width);
      }),
      eScores?.[line] ?? Number.NaN,
      parameters.hiddenSize,
    );
    const criterion = table.criteria[table.criterionOf[line] as number] ?? "";
    const score = linearSum(forCriterion(parameters, criterion), features);
    scores[line] = clipped(score, values);
    if (line % 100 === 99) await pacer.rest();
  }
  return scores;
}

interface Overlap {
  readonly scoring: TunedFacts["scoring"];
  /** Evaluated lines among the training rows. */
  readonly rows: number;
  readonly notes: readonly string[];
}

/** Takes lines that the weights were learned from away from the weights' own scores. */
function replaceTrainingRows(table: RunTable, weights: Weights, scores: Float64Array): Overlap {
  const trained = new Set(weights.training.rowKeys);
  const held = outOfFoldScores(weights);
  const learnedFrom: number[] = [];
  let replaced = 0;
  for (let line = 0; line < table.lines; line++) {
    if (trained.size === 0) break;
    const key = keyOf(table, line);
    if (!trained.has(key)) continue;
    learnedFrom.push(line);
    const score = held.get(key);
    if (score !== undefined) replaced++;
    scores[line] = score ?? Number.NaN;
  }
  const rows = learnedFrom.length;
  if (rows === 0) return { scoring: "held-out", rows, notes: [] };
  const notes: string[] = [];
  if (replaced > 0) {
    notes.push(
      `${replaced} of the ${table.lines} lines are among those that the weights were learned from: they have ` +
        "the scores of weights that were learned without them (cross-validation).",
    );
  }
  if (replaced < rows) {
    notes.push(
      `${rows - replaced} lines are among those that the weights were learned from, and the weights file ` +
        "holds no score for them from weights learned without them: they have no tuned score.",
    );
  }
  const siblings = countSiblings(table, learnedFrom);
  if (siblings > 0) {
    notes.push(
      `${siblings} lines are of groups of records that the weights were learned from: for them the ` +
        "tuned scores are no fully fresh test.",
    );
  }
  return { scoring: replaced > 0 ? "out-of-fold" : "left-out", rows, notes };
}

function outOfFoldScores({ outOfFold }: Weights): Map<string, number> {
  const { keys, scores } = outOfFold;
  return new Map(keys.map((key, i) => [key, scores[i] ?? Number.NaN] as const));
}

function keyOf(table: RunTable, line: number): string {
  const human = table.human[line] ?? Number.NaN;
  return rowKey({
    ...lineName(table, line),
    promptTokens: table.promptTokensOf[line] as number,
    ...(!Number.isNaN(human) && { human }),
  });
}

/** Lines that were not learned from, of groups of records that were. */
function countSiblings(table: RunTable, learnedFrom: readonly number[]): number {
  const groups = new Set(learnedFrom.map((line) => table.groupOf[line]));
  const inGroups = table.groupOf.reduce((count, group) => count + (groups.has(group) ? 1 : 0), 0);
  return inGroups - learnedFrom.length;
}
