import type { Score } from "../scoring/score/outcome.ts";
import { rescore } from "../scoring/score/rescore.ts";
import type { Projection } from "../scoring/weights/layer-set.ts";
import { parseWeighedLayers } from "../scoring/weights/weighed-layers.ts";
import { LINE_FIGURES, type LineFigure } from "./line-figures.ts";
import type { RunHeader } from "./run-format.ts";

/**
 * Reads a figure of a run's lines.
 *
 * @param layers with `score`: aggregate these instead of the layers that the run was scored with.
 * @param projection logits that `layers` reads.
 */
export function figureReader(
  name: LineFigure,
  header: RunHeader,
  layers?: string,
  projection: Projection = "normed",
): (line: Score) => number {
  if (name !== "score" || layers === undefined) return (line) => line[LINE_FIGURES[name]];
  const scale = { values: header.values, layerCount: header.judge.layers };
  const weighed = parseWeighedLayers(layers, scale.layerCount, scale.values.length);
  return (line) => rescore(line, scale, weighed, projection);
}
