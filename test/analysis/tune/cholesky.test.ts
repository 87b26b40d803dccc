import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import {
  dotOfRows,
  factorise,
  factoriseLarge,
  logDeterminant,
  solveFactored,
  times,
} from "../../../src/analysis/tune/cholesky.ts";
import { Pacer } from "../../../src/base/pacer.ts";

/** A symmetric positive definite matrix: B B' + 1 on the diagonal. */
function positiveDefinite(size: number): Float64Array {
  const random = seededRandom(size);
  const b = Float64Array.from({ length: size * size }, () => random() - 0.5);
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return dotOfRows(b, i * size, j * size, size) + (i === j ? 1 : 0);
  });
}

describe("Cholesky's factor", () => {
  it("of a small matrix is the one by hand", () => {
    // [[4, 2], [2, 10]] = [[2, 0], [1, 3]] · its transpose.
    const factor = factorise(Float64Array.of(4, 2, 2, 10));
    expect([...factor]).toEqual([2, 0, 1, 3]);
    expect(logDeterminant(factor)).toBeCloseTo(Math.log(36), 14);
  });

  it.each([1, 15, 16, 17, 40])("multiplies to the matrix again, over blocks: size %i", (size) => {
    const matrix = positiveDefinite(size);
    const factor = factorise(matrix);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const product = dotOfRows(factor, i * size, j * size, size);
        expect(product).toBeCloseTo(matrix[i * size + j] ?? Number.NaN, 12);
      }
      for (let j = i + 1; j < size; j++) expect(factor[i * size + j]).toBe(0);
    }
  });

  it("reads the lower half alone, and is the same when the event loop is given back", async () => {
    const matrix = positiveDefinite(40);
    const lower = matrix.map((value, at) => (at % 40 > Math.floor(at / 40) ? Number.NaN : value));
    expect(factorise(lower)).toEqual(factorise(matrix));
    expect(await factoriseLarge(matrix, new Pacer(undefined, "a test"))).toEqual(factorise(matrix));
  });

  it("solves the equations", () => {
    const matrix = positiveDefinite(23);
    const x = Float64Array.from({ length: 23 }, (_, i) => i - 11);
    const solved = solveFactored(factorise(matrix), times(matrix, x));
    for (const [i, value] of solved.entries()) expect(value).toBeCloseTo(x[i] ?? 99, 10);
  });
});

it.each([0, 1, 4, 7, 9])("a product of %i elements leaves none out", (length) => {
  const elements = Float64Array.from({ length: 20 }, (_, i) => i + 1);
  let expected = 0;
  for (let k = 0; k < length; k++) expected += (k + 1) * (k + 11);
  expect(dotOfRows(elements, 0, 10, length)).toBe(expected);
});
