// Seeded random draws: the same seed gives the same case on every machine.

/** A generator of draws (splitmix32); its seed may be any text or number. */
export class Random {
  #state;

  /** @param {string | number} seed */
  constructor(seed) {
    let hash = 2166136261;
    for (const character of String(seed)) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
    }
    this.#state = hash >>> 0;
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next() {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  }

  /**
   * A whole number below `count`.
   *
   * @param {number} count
   */
  below(count) {
    return Math.floor(this.next() * count);
  }

  /** @param {number} probability */
  chance(probability) {
    return this.next() < probability;
  }

  /**
   * @template T
   * @param {readonly T[]} choices
   * @returns {T}
   */
  pick(choices) {
    return /** @type {T} */ (choices[this.below(choices.length)]);
  }

  /** Whole numbers that programs get wrong, and any others. */
  number() {
    if (this.chance(0.3)) return this.below(1000) - 500;
    return this.pick([
      ...[0, 1, -1, 2, 3, 7, 8, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32],
      ...[2 ** 53 - 1, 2 ** 53, 2 ** 63, 1e308, -1e308, -(2 ** 31), 0.5, -0.5, 1e-308],
      ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ]);
  }
}
