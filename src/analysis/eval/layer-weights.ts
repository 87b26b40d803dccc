import type { RunTable } from "../../run/run-table.ts";
import { uniformWeights } from "../../scoring/weights/uniform-weights.ts";
import type { Weights } from "../../scoring/weights/weights-format.ts";
import type { LayerWeights, LearningCurve } from "./eval-result.ts";
import { ownAggregation } from "./untuned-methods.ts";

/** The weights of `lager`, which are equal, and those that were learned. */
export function layerWeights(table: RunTable, weights: Weights | null): LayerWeights[] {
  const own = ownAggregation(table);
  const found: LayerWeights[] = [
    {
      method: "lager",
      projection: own.projection,
      layers: own.layers,
      weights: Array.from(uniformWeights(own.layers)),
      unit: "share",
      criterion: null,
    },
  ];
  if (weights !== null && weights.recipe !== "probe") {
    found.push({
      method: "lager-tuned",
      projection: weights.projection,
      layers: weights.layerSet.layers,
      weights: weights.layerWeights,
      unit: weights.recipe === "lager" ? "share" : "coefficient",
      criterion: null,
    });
  }
  return found;
}

/** The learning curve that a weights file recorded; null without one. */
export function learningCurve(weights: Weights | null): LearningCurve | null {
  const validation = weights?.validation ?? null;
  if (validation === null || validation.learningCurve.length === 0) return null;
  const of = (name: string): number | null =>
    validation.methods.find(({ method }) => method === name)?.spearman.value ?? null;
  return {
    points: validation.learningCurve.map(({ labels, spearman }) => ({
      labels,
      spearman: spearman.value,
      low: spearman.low,
      high: spearman.high,
    })),
    eScore: of("e-score"),
    uniform: of("lager"),
  };
}
