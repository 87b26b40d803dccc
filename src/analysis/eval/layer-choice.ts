import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import type { LabelDistribution } from "../../scoring/distribution/label-distribution.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import { parseWeighedLayers, type WeighedLayers } from "../../scoring/weights/weighed-layers.ts";
import { lineDistribution } from "./layer-scores.ts";

/** Layers and logits that a method aggregates. */
export interface LayerChoice extends WeighedLayers {
  readonly projection: Projection;
}

/** Lines whose scores take some milliseconds. */
const LINES_IN_A_STEP = 500;

/**
 * The choice that `spec` stands for in the run's judge.
 *
 * @throws LagerError as `parseWeighedLayers` does.
 */
export function layerChoice(
  { header }: Pick<RunTable, "header">,
  spec: string,
  projection: Projection,
): LayerChoice {
  return { ...parseWeighedLayers(spec, header.judge.layers, header.labels.length), projection };
}

/** The layers and the projection that the run was scored with. */
export function ownLayers(table: Pick<RunTable, "header">): LayerChoice {
  const { layers, projection } = table.header.options;
  return layerChoice(table, layers, projection);
}

/**
 * The score of every line under a choice of layers, Σ_k s_k p_k; NaN where a layer was not captured.
 * Shape [lines].
 */
export function choiceScores(
  table: Pick<RunTable, "header" | "lines" | "nodes">,
  choice: LayerChoice,
): Float64Array {
  const scores = new Float64Array(table.lines);
  scoreLines(lineDistribution(table, choice.projection), choice, scores, 0, table.lines);
  return scores;
}

/** The same, which gives the event loop back now and then. @throws LagerError `ABORTED`. */
export async function pacedChoiceScores(
  table: RunTable,
  choice: LayerChoice,
  pacer: Pacer,
): Promise<Float64Array> {
  const distribution = lineDistribution(table, choice.projection);
  const scores = new Float64Array(table.lines);
  for (let from = 0; from < table.lines; from += LINES_IN_A_STEP) {
    const to = Math.min(table.lines, from + LINES_IN_A_STEP);
    scoreLines(distribution, choice, scores, from, to);
    await pacer.rest();
  }
  return scores;
}

function scoreLines(
  distribution: LabelDistribution,
  { layers, weights }: LayerChoice,
  scores: Float64Array,
  from: number,
  to: number,
): void {
  // Plain arrays are of several kinds, by the numbers in them: sums over all kinds take twice as long.
  const [own, shares] = [Int32Array.from(layers), Float64Array.from(weights)];
  distribution.expectations(scores, [from, to], own, shares);
}
