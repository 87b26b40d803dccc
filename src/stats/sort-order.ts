/**
 * The order that sorts finite numbers ascending, as indices into `values`; equal values keep their
 * order. Shape [values].
 */
export function sortOrder(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] ?? Number.NaN) - (values[b] ?? Number.NaN),
  );
}
