// The recipe `ridge` as it was before version 0.1: the layers' expectations alone, and the last layer
// as the prior. Kept to measure against.
import { Moments, standardOf } from "../../../dist/analysis/tune/moments.js";
import { sumsOf } from "../../../dist/analysis/tune/recipes.js";
import { fitRidge } from "../../../dist/analysis/tune/ridge-recipe.js";
import { rowFeatures } from "../../../dist/analysis/tune/row-features.js";

/**
 * @param {import("../../../dist/analysis/tune/training-set.js").TrainingSet} set
 * @returns {import("../../../dist/analysis/tune/recipes.js").Learner}
 */
export function earlierRidgeLearner(set) {
  const { x: all, size: allSize } = rowFeatures(set);
  const size = set.layers.length;
  const x = Float64Array.from({ length: set.lines.length * size }, (_, i) => {
    const row = Math.floor(i / size);
    return all[row * allSize + (i % size)] ?? Number.NaN;
  });
  const every = Int32Array.from(set.lines, (_, row) => row);
  const standards = sumsOf(set, { x, size }, every).map(standardOf);
  const last = new Float64Array(size);
  last[size - 1] = 1;
  return async (rows) => {
    const fit = fitRidge(sumsOf(set, { x, size }, rows), standards, [
      { direction: last, share: 1 },
    ]);
    return {
      layerWeights: new Float64Array(),
      chosen: {},
      predict: (asked) =>
        Float64Array.from(asked, (row) => {
          const c = set.criterionOf[row] ?? 0;
          const { means, deviations, center, spread } =
            standards[c] ?? standardOf(new Moments(size));
          let sum = 0;
          for (let i = 0; i < size; i++) {
            const value = (x[row * size + i] ?? Number.NaN) - (means[i] ?? Number.NaN);
            sum += ((fit.criteria[c]?.[i] ?? Number.NaN) * value) / (deviations[i] ?? Number.NaN);
          }
          return Math.min(
            Math.max(center + spread * sum, set.logits.values[0] ?? Number.NaN),
            set.logits.values.at(-1) ?? Number.NaN,
          );
        }),
    };
  };
}
