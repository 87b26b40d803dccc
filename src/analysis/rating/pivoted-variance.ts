/**
 * Which rows to label for a linear model, before any is: greedily, those whose prediction is the most
 * uncertain given what was chosen before (pivoted variance; greedy D-optimal design). With the prior
 * w ~ N(0, I/n) and noise of variance 1 that is v_i = x_i' A⁻¹ x_i, A = n I + Σ_chosen x x'.
 */
export class PivotedVariance {
  /** v_i of each row, shape [rows]. */
  readonly variance: Float64Array;
  readonly #features: Float32Array;
  readonly #size: number;
  /** A⁻¹, row-major, shape [size, size]. */
  readonly #inverse: Float64Array;

  /** @param features x, row-major, shape [rows, size]. */
  constructor(features: Float32Array, size: number) {
    this.#features = features;
    this.#size = size;
    this.#inverse = new Float64Array(size * size);
    for (let i = 0; i < size; i++) this.#inverse[i * size + i] = 1 / size;
    this.variance = Float64Array.from({ length: features.length / size }, (_, row) => {
      const x = features.subarray(row * size, (row + 1) * size);
      return dot(x, x) / size;
    });
  }

  /** Takes a row as labelled: the other rows' variance shrinks by what it tells of them. */
  choose(row: number): void {
    const size = this.#size;
    const x = this.#features.subarray(row * size, (row + 1) * size);
    const u = Float64Array.from({ length: size }, (_, i) =>
      dot(this.#inverse.subarray(i * size, (i + 1) * size), x),
    );
    // Sherman and Morrison: (A + x x')⁻¹ = A⁻¹ − u u' / (1 + x' u).
    const scale = 1 / (1 + dot(x, u));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const at = i * size + j;
        this.#inverse[at] =
          (this.#inverse[at] as number) - scale * (u[i] as number) * (u[j] as number);
      }
    }
    for (let each = 0; each < this.variance.length; each++) {
      const along = dot(this.#features.subarray(each * size, (each + 1) * size), u);
      this.variance[each] = (this.variance[each] as number) - scale * along * along;
    }
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
