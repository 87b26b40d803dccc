import type { RunTable } from "../../run/run-table.ts";
import type { Weights } from "../../scoring/weights/weights-format.ts";
import type { LearningCurve, MethodWeights } from "./eval-result.ts";
import { ownLayers } from "./layer-choice.ts";
import { ownMethod } from "./untuned-methods.ts";

/** The weights of the run's own score, if it has several layers, and those that were learned. */
export function methodWeights(table: RunTable, weights: Weights | null): MethodWeights[] {
  const own = ownLayers(table);
  const method = ownMethod(table);
  const found: MethodWeights[] = [];
  if (method !== null && own.layers.length > 1) {
    found.push({
      method,
      projection: own.projection,
      layers: own.layers,
      weights: Array.from(own.weights),
      kind: own.weights.some((weight) => weight < 0) ? "coefficient" : "share",
      criterion: null,
    });
  }
  if (weights !== null && weights.recipe !== "probe" && weights.recipe !== "questions") {
    found.push({
      method: "lager-tuned",
      projection: weights.projection,
      layers: weights.layerSet.layers,
      weights: weights.layerWeights,
      kind: weights.recipe === "lager" ? "share" : "coefficient",
      criterion: null,
    });
  }
  return found;
}

/** The learning curve that a weights file recorded; null without one. */
export function recordedCurve(weights: Weights | null): LearningCurve | null {
  const validation = weights?.validation;
  if (validation === undefined || validation.learningCurve.length === 0) return null;
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
