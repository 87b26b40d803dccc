const BINS = 1000;

/** Running median of shares (0…1), to a thousandth: memory does not grow with the run. */
export class ShareMedian {
  readonly #bins = new Uint32Array(BINS + 1);
  #count = 0;

  add(share: number): void {
    const bin = Math.floor(Math.min(1, Math.max(0, share)) * BINS);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#count++;
  }

  /** The lower median, rounded down to a thousandth; NaN when there is nothing. */
  get value(): number {
    let left = Math.ceil(this.#count / 2);
    if (left === 0) return Number.NaN;
    for (const [bin, count] of this.#bins.entries()) {
      left -= count;
      if (left <= 0) return bin / BINS;
    }
    return 1;
  }
}
