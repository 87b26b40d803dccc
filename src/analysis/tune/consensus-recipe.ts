import type { LinearMap, LinearMaps } from "../../scoring/weights/weights-format.ts";
import { dot, times } from "./cholesky.ts";
import { Moments, standardise, standardOf } from "./moments.ts";
import type { TrainingSet } from "./training-set.ts";

/** Rounds of the power iteration, which has long settled by then. */
const ROUNDS = 500;

/**
 * What the upper half of the layers agree on: the first principal component of their standardised
 * expectations, with the sign of the last layer. It needs a run's worth of items and no label. The
 * result has the e-score's mean and spread of each criterion.
 */
export function fitConsensus(
  set: TrainingSet,
  rows: Int32Array,
): { maps: LinearMaps; layerWeights: Float64Array } {
  const width = set.layers.length;
  const moments = set.criteria.map(() => new Moments(width));
  for (const row of rows) {
    moments[set.criterionOf[row] as number]?.add(
      set.expectations.subarray(row * width, (row + 1) * width),
      set.eScores[row] as number,
    );
  }
  const upper = set.layers.map((layer) => layer > set.table.header.judge.layers / 2);
  const gram = new Float64Array(width * width);
  for (const each of moments) {
    const standardised = standardise(each, standardOf(each)).gram;
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        if (upper[i] && upper[j]) {
          gram[i * width + j] =
            (gram[i * width + j] as number) + (standardised[i * width + j] as number);
        }
      }
    }
  }
  const component = firstComponent(gram, upper);
  const maps = moments.map((each) => mapLikeEScore(each, component));
  return {
    layerWeights: component,
    maps: {
      criteria: Object.fromEntries(
        set.criteria.flatMap((name, c) =>
          moments[c]?.count ? [[name, maps[c] as LinearMap]] : [],
        ),
      ),
      pooled: mapLikeEScore(Moments.sum(width, moments), component),
    },
  };
}

function firstComponent(gram: Float64Array, upper: readonly boolean[]): Float64Array {
  let vector = Float64Array.from(upper, (isUpper) => (isUpper ? 1 : 0));
  for (let round = 0; round < ROUNDS; round++) {
    const next = times(gram, vector);
    const length = Math.sqrt(dot(next, next));
    if (!(length > 0)) break;
    vector = next.map((value) => value / length);
  }
  // The last layer's covariance with the component is its row of the Gram matrix.
  const sign = (times(gram, vector).at(-1) ?? 0) < 0 ? -1 : 1;
  return vector.map((value) => value * sign);
}

/** Scaled so that the scores have the mean and standard deviation of the e-scores. */
function mapLikeEScore(moments: Moments, component: Float64Array): LinearMap {
  const standard = standardOf(moments);
  const { gram, count } = standardise(moments, standard);
  const variance = dot(component, times(gram, component)) / Math.max(1, count);
  const scale = variance > 0 ? standard.spread / Math.sqrt(variance) : 0;
  const coefficients = Array.from(
    component,
    (weight, i) => (weight * scale) / (standard.deviations[i] as number),
  );
  const shift = coefficients.reduce(
    (sum, coefficient, i) => sum + coefficient * (standard.means[i] as number),
    0,
  );
  return { offset: standard.center - shift, coefficients };
}
