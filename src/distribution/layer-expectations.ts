import { capturedRow, type LogitRows } from "./aggregate.ts";
import { softmax } from "./softmax.ts";
import { expectation } from "./statistics.ts";

/**
 * E_l = Σ_k s_k softmax(z_l)_k: each layer's own expected score, shape [layers], on the scale's
 * units. Unlike logits, expectations of all layers are on one scale.
 *
 * @param rows Score logits by layer, shape [layers + 1][labels].
 * @param layers The layers wanted, in their order.
 * @param values Numeric values of the labels, shape [labels].
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer's row is missing or not finite,
 *   `INVALID_ARGUMENT` when there is no such layer.
 */
export function layerExpectations(
  rows: LogitRows,
  layers: readonly number[],
  values: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(layers, (layer) =>
    expectation(values, softmax(capturedRow(rows, layer))),
  );
}
