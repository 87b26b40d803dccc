/**
 * The order that sorts finite numbers ascending, as indices into `values`; equal values keep their
 * order. Shape [values].
 */
export function sortOrder(values: ArrayLike<number>): Int32Array {
  const order = new Int32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => (values[a] as number) - (values[b] as number));
}
