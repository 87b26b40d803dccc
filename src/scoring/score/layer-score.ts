import { ownValue } from "../../base/json.ts";
import type {
  ByCriterion,
  KernelWeights,
  LinearMap,
  RadialKernel,
  RidgeWeights,
} from "../weights/weights-format.ts";

/** A recipe's score of an item, from its features; clipped to the scale. */
export type LayerScore = (
  criterion: string,
  item: {
    /** Of `LayerFeatures`, shape [2 · layers + 3]. */
    readonly features: ArrayLike<number>;
    /** Of the same, shape [layers · labels]. */
    readonly logits: ArrayLike<number>;
  },
) => number;

/**
 * The score that `ridge` or `kernel` gives an item: a linear function of the layers' expectations and
 * standard deviations; with `kernel` plus a {@link radialSum}.
 */
export function layerScore(weights: RidgeWeights | KernelWeights): LayerScore {
  const { values } = weights;
  if (weights.recipe === "ridge") {
    const { parameters } = weights;
    return (criterion, { features }) =>
      clipped(linearSum(forCriterion(parameters, criterion), features), values);
  }
  const { maps, kernel } = weights.parameters;
  const { criteria } = weights.task;
  return (criterion, { features, logits }) =>
    clipped(
      linearSum(forCriterion(maps, criterion), features) +
        radialSum(kernel, criteria.indexOf(criterion), criterion, logits),
      values,
    );
}

/** offset + Σ_i coefficients_i · feature_i. */
export function linearSum(
  { offset, coefficients }: LinearMap,
  features: ArrayLike<number>,
): number {
  let sum = offset;
  for (let i = 0; i < coefficients.length; i++) {
    sum += (coefficients[i] ?? Number.NaN) * (features[i] ?? Number.NaN);
  }
  return sum;
}

/**
 * Radial basis functions around the rows that were learned from, on the scale's units:
 *
 *     spread · Σ_j α_j (1 + ρ [j is of the item's criterion]) A exp(−γ |u − u_j|²)
 *
 * where u are the item's logits, standardised as the criterion's are.
 *
 * @param number The criterion's place among those learned from; −1: none of them.
 */
export function radialSum(
  { amplitude, gamma, apartness, rows, criterionOf, dual, standards }: RadialKernel,
  number: number,
  criterion: string,
  logits: ArrayLike<number>,
): number {
  const { means, deviations, spread } = forCriterion(standards, criterion);
  const point = new Float64Array(logits.length);
  for (let i = 0; i < point.length; i++) {
    point[i] = ((logits[i] as number) - (means[i] as number)) / (deviations[i] as number);
  }
  let sum = 0;
  for (let j = 0; j < rows.length; j++) {
    const row = rows[j] as readonly number[];
    let square = 0;
    for (let i = 0; i < point.length; i++) {
      const difference = (point[i] as number) - (row[i] as number);
      square += difference * difference;
    }
    const share = criterionOf[j] === number ? 1 + apartness : 1;
    sum += share * (dual[j] as number) * amplitude * Math.exp(-gamma * square);
  }
  return spread * sum;
}

/** What belongs to a criterion, or to those that were not learned from. */
export function forCriterion<T>(of: ByCriterion<T>, criterion: string): T {
  return Object.hasOwn(of.criteria, criterion)
    ? (ownValue(of.criteria, criterion) ?? of.pooled)
    : of.pooled;
}

/** Within the scale's ends; NaN stays. */
export function clipped(score: number, values: readonly number[]): number {
  return Math.min(Math.max(score, values[0] ?? Number.NaN), values.at(-1) ?? Number.NaN);
}
