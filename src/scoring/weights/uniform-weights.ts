import { LagerError } from "../../base/errors.ts";

/**
 * Equal weights w_l = 1/|layers| (LAGER without tuning), shape [layers].
 *
 * @throws LagerError `INVALID_ARGUMENT` when there is no layer to weigh.
 */
export function uniformWeights(layers: readonly number[]): Float64Array {
  if (layers.length === 0) {
    throw new LagerError("INVALID_ARGUMENT", "there is no layer to give a weight to");
  }
  return new Float64Array(layers.length).fill(1 / layers.length);
}
