import { LagerError } from "../../base/errors.ts";
import type { Projection } from "./score-result.ts";

/**
 * Captured logits, row-major, shape [layerCount + 1, columns], as rows; `null` for a row of NaN,
 * which was not captured.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when a logit is not finite, `INVALID_ARGUMENT` when the
 *   shape does not fit.
 */
export function logitRows(
  name: Projection,
  logits: Float32Array,
  layerCount: number,
  columns: number,
): (readonly number[] | null)[] {
  if (columns === 0 || logits.length !== (layerCount + 1) * columns) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the ${name} logits have ${logits.length} elements; ${layerCount} layers and the token ` +
        `embedding with ${columns} labels make ${(layerCount + 1) * columns}`,
    );
  }
  return Array.from({ length: layerCount + 1 }, (_, layer) =>
    logitRow(name, layer, logits.subarray(layer * columns, (layer + 1) * columns)),
  );
}

/** One layer's row; a row that is partly NaN or not finite can be neither kept nor left out. */
function logitRow(name: Projection, layer: number, row: Float32Array): readonly number[] | null {
  if (row.every(Number.isNaN)) return null;
  if (!row.every(Number.isFinite)) {
    throw new LagerError(
      "CAPTURE_INCOMPLETE",
      `the ${name} logits of layer ${layer} are not finite (${row.join(", ")}): nothing of ` +
        "this capture can be trusted",
    );
  }
  return Array.from(row);
}
