import type { Pacer } from "../../base/pacer.ts";

/**
 * Cholesky's factor L of a symmetric positive definite A = L L', in float64.
 *
 * @param matrix A, row-major, shape [size, size]; only its lower half is read.
 * @returns L, row-major; its upper half is zero.
 */
export function factorise(matrix: Float64Array): Float64Array {
  const size = sizeOf(matrix);
  const lower = new Float64Array(matrix.length);
  for (let i = 0; i < size; i += BLOCK) factoriseRows(matrix, lower, size, i);
  return lower;
}

/** Rows that are computed together: they stay in the processor's cache while all before them pass. */
const BLOCK = 16;

/** Like {@link factorise}, of a large matrix: gives the event loop back now and then. */
export async function factoriseLarge(matrix: Float64Array, pacer: Pacer): Promise<Float64Array> {
  const size = sizeOf(matrix);
  const lower = new Float64Array(matrix.length);
  for (let i = 0; i < size; i += BLOCK) {
    factoriseRows(matrix, lower, size, i);
    await pacer.rest();
  }
  return lower;
}

/** Rows from `first` on, a block of them, column by column. */
function factoriseRows(
  matrix: Float64Array,
  lower: Float64Array,
  size: number,
  first: number,
): void {
  const end = Math.min(size, first + BLOCK);
  for (let j = 0; j < end; j++) {
    for (let i = Math.max(j, first); i < end; i++) {
      const sum = (matrix[i * size + j] as number) - dotOfRows(lower, i * size, j * size, j);
      // A ridge keeps the diagonal well above rounding; the floor is for features without variation.
      lower[i * size + j] =
        i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (lower[j * size + j] as number);
    }
  }
}

/** x of A x = b, by A's {@link factorise | factor}. */
export function solveFactored(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] as number) * (x[k] as number);
    x[i] = sum / (lower[i * size + i] as number);
  }
  return x;
}

/** ln det A, by A's {@link factorise | factor}. */
export function logDeterminant(lower: Float64Array): number {
  const size = sizeOf(lower);
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.log(lower[i * size + i] as number);
  return 2 * sum;
}

/** The product of two stretches of a matrix; four sums at a time, which do not wait for each other. */
export function dotOfRows(
  elements: Float64Array | Float32Array,
  one: number,
  other: number,
  length: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += (elements[one + k] as number) * (elements[other + k] as number);
    b += (elements[one + k + 1] as number) * (elements[other + k + 1] as number);
    c += (elements[one + k + 2] as number) * (elements[other + k + 2] as number);
    d += (elements[one + k + 3] as number) * (elements[other + k + 3] as number);
  }
  for (; k < length; k++) a += (elements[one + k] as number) * (elements[other + k] as number);
  return a + b + (c + d);
}

/** A v, of a row-major matrix. */
export function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const product = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += (matrix[i * size + j] as number) * (vector[j] as number);
    product[i] = sum;
  }
  return product;
}

export function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (left[i] as number) * (right[i] as number);
  return sum;
}

function sizeOf(matrix: Float64Array): number {
  return Math.round(Math.sqrt(matrix.length));
}
