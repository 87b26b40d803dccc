/** Draws that come out the same for the same seed (mulberry32). */
export class SeededDraw {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). */
  share() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * A whole number from `low` to `high`, both included.
   *
   * @param {number} low
   * @param {number} high
   */
  whole(low, high) {
    return low + Math.floor(this.share() * (high - low + 1));
  }

  /**
   * True with that probability.
   *
   * @param {number} probability
   */
  chance(probability) {
    return this.share() < probability;
  }

  /**
   * One of `values`, of which there is at least one.
   *
   * @template T
   * @param {readonly T[]} values
   */
  of(values) {
    return /** @type {T} */ (values[this.whole(0, values.length - 1)]);
  }

  /**
   * `values` in another order.
   *
   * @template T
   * @param {readonly T[]} values
   */
  shuffled(values) {
    const mixed = [...values];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.whole(0, i);
      const moved = /** @type {T} */ (mixed[i]);
      mixed[i] = /** @type {T} */ (mixed[j]);
      mixed[j] = moved;
    }
    return mixed;
  }
}
