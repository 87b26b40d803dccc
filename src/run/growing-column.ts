type Numbers = Float32Array | Float64Array | Int32Array | Int8Array;

/** A typed array that grows as rows of a fixed width are added to it. */
export class GrowingColumn<T extends Numbers> {
  /** Numbers in each row. */
  readonly width: number;
  readonly #make: (length: number) => T;
  #data: T;
  #rows = 0;

  /** @param make Makes an array: `(length) => new Float32Array(length)`. */
  constructor(make: (length: number) => T, width = 1) {
    this.#make = make;
    this.width = width;
    this.#data = make(64 * width);
  }

  get rows(): number {
    return this.#rows;
  }

  /** A new row of zeros, to be filled in before the next is added. Shape [width]. */
  addRow(): T {
    const start = this.#rows * this.width;
    if (start === this.#data.length) {
      // Half as much again: a column of 100 MB is copied seldom, and never needs 300.
      const grown = this.#make(Math.ceil(this.#rows * 1.5) * this.width);
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#rows++;
    return this.#data.subarray(start, start + this.width) as T;
  }

  /** Adds a row of one number. */
  push(value: number): void {
    this.addRow()[0] = value;
  }

  /** All rows so far, row-major. */
  finish(): T {
    return this.#data.subarray(0, this.#rows * this.width) as T;
  }
}
