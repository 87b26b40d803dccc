import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import { LabelDistribution } from "../../scoring/distribution/label-distribution.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import type { LayerScores } from "./method.ts";

/** LAGER's aggregation over the lines of a run. */
export function lineDistribution(
  table: Pick<RunTable, "header" | "nodes">,
  projection: Projection,
): LabelDistribution {
  const { values, judge } = table.header;
  return new LabelDistribution(table.nodes, {
    projection,
    values,
    layerCount: judge.layers,
    rounding: "logarithm",
  });
}

/**
 * Each layer alone, Σ_k s_k softmax(z_l)_k, of both projections; from layer 0, the token embedding.
 * A layer that no line has captured is left out.
 */
export async function layerScores(table: RunTable, pacer: Pacer): Promise<LayerScores[]> {
  const found: LayerScores[] = [];
  for (const projection of ["normed", "raw"] as const) {
    const distribution = lineDistribution(table, projection);
    for (let layer = 0; layer <= table.header.judge.layers; layer++) {
      const scores = new Float64Array(table.lines);
      for (let line = 0; line < table.lines; line++) {
        distribution.layer(line, layer);
        scores[line] = distribution.expectation();
        if (line % 1000 === 999) await pacer.rest();
      }
      if (scores.every(Number.isNaN)) continue;
      found.push({
        method: projection === "normed" ? `layer-${layer}` : `layer-${layer}-raw`,
        kind: "layer",
        description: `${layer === 0 ? "the token embedding" : `layer ${layer}`} alone, ${projection}`,
        layers: [layer],
        projection,
        layer,
        scores,
      });
    }
  }
  return found;
}

/** The scores of one layer among all; undefined when it was not captured. */
export function scoresOfLayer(
  layers: readonly LayerScores[],
  layer: number,
  projection: Projection,
): Float64Array | undefined {
  return layers.find((each) => each.layer === layer && each.projection === projection)?.scores;
}
