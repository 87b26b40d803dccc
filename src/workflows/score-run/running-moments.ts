/** Mean and standard deviation of numbers that come one by one, by Welford's method. */
export class RunningMoments {
  #count = 0;
  #mean = 0;
  #squaredDeviations = 0;

  add(value: number): void {
    this.#count++;
    const deviation = value - this.#mean;
    this.#mean += deviation / this.#count;
    this.#squaredDeviations += deviation * (value - this.#mean);
  }

  get count(): number {
    return this.#count;
  }

  /** NaN when there is no number. */
  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#mean;
  }

  /** Of the sample (divided by n − 1); NaN for fewer than two numbers. */
  get standardDeviation(): number {
    return this.#count < 2 ? Number.NaN : Math.sqrt(this.#squaredDeviations / (this.#count - 1));
  }
}
