import { LagerError } from "../../base/errors.ts";
import { softmax } from "./softmax.ts";

/**
 * Score logits by layer: `rows[l]` are layer l's, shape [labels], or `null` where the layer was
 * not captured. Row 0 is the token embedding.
 */
export type LogitRows = readonly (ArrayLike<number> | null)[];

/**
 * Z_k = Σ_l w_l z_{l,k}, shape [labels]: LAGER's aggregation, of logits.
 *
 * @param rows Score logits by layer, shape [layers + 1][labels].
 * @param layers The layers to combine.
 * @param weights One weight for each of `layers`, in their order.
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer's row is missing or not finite,
 *   `INVALID_ARGUMENT` when the layers and weights do not fit each other or the rows.
 */
export function aggregateLogits(
  rows: LogitRows,
  layers: readonly number[],
  weights: ArrayLike<number>,
): Float64Array {
  return weightedSum(rows, layers, weights, (row) => row);
}

/**
 * Σ_l w_l softmax(z_l), shape [labels]: the `prob` ablation, which averages distributions
 * instead of logits. With weights that sum to one, so do the probabilities.
 *
 * Parameters and errors as for {@link aggregateLogits}.
 */
export function aggregateProbabilities(
  rows: LogitRows,
  layers: readonly number[],
  weights: ArrayLike<number>,
): Float64Array {
  return weightedSum(rows, layers, weights, softmax);
}

function weightedSum(
  rows: LogitRows,
  layers: readonly number[],
  weights: ArrayLike<number>,
  transform: (row: ArrayLike<number>) => ArrayLike<number>,
): Float64Array {
  if (layers.length === 0) {
    throw new LagerError("INVALID_ARGUMENT", "there is no layer to aggregate over");
  }
  if (weights.length !== layers.length) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${layers.length} layers need as many weights; ${weights.length} were given`,
    );
  }
  let sum: Float64Array | null = null;
  for (const [i, layer] of layers.entries()) {
    const row = capturedRow(rows, layer);
    sum ??= new Float64Array(row.length);
    if (row.length !== sum.length) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `layer ${layer} has ${row.length} logits where the layers before it have ${sum.length}`,
      );
    }
    const weight = weights[i] ?? Number.NaN;
    const terms = transform(row);
    for (let k = 0; k < sum.length; k++) {
      sum[k] = (sum[k] ?? Number.NaN) + weight * (terms[k] ?? Number.NaN);
    }
  }
  return sum ?? new Float64Array(0);
}

/**
 * The logits of one layer, shape [labels].
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when the row was not captured or is not finite,
 *   `INVALID_ARGUMENT` when there is no such layer.
 */
export function capturedRow(rows: LogitRows, layer: number): ArrayLike<number> {
  const row = rows[layer];
  if (row === undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `there is no layer ${layer}: the logits are of layers 0 to ${rows.length - 1}`,
    );
  }
  if (row === null) {
    throw new LagerError(
      "CAPTURE_INCOMPLETE",
      `the logits of layer ${layer} were not captured: leave the layer out of the layer set, ` +
        "or score the item again",
    );
  }
  for (let k = 0; k < row.length; k++) {
    if (!Number.isFinite(row[k])) {
      throw new LagerError(
        "CAPTURE_INCOMPLETE",
        `logit ${k} of layer ${layer} is ${row[k]}: nothing of this capture can be trusted`,
      );
    }
  }
  return row;
}
