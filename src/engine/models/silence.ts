/** What of nothing has come for so long is given up. */
export const LONGEST_SILENCE_MS = 30_000;

/** Ends requests by its signal once nothing was heard for so long, or when the caller's signal is aborted. */
export class Silence implements Disposable {
  readonly signal: AbortSignal;
  readonly #tooLong = new AbortController();
  readonly #longest: number;
  #timer: NodeJS.Timeout | undefined;
  /** Of the network, since something was heard last; it is the cause where nothing comes any more. */
  lastError: unknown;

  /** @param longest milliseconds. */
  constructor(longest: number = LONGEST_SILENCE_MS, signal?: AbortSignal) {
    this.#longest = longest;
    this.signal =
      signal === undefined ? this.#tooLong.signal : AbortSignal.any([signal, this.#tooLong.signal]);
    this.heard();
  }

  /** Something came: the time begins anew. */
  heard(): void {
    this.lastError = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const seconds = this.#longest / 1000;
      this.#tooLong.abort(
        new Error(`nothing has come for ${seconds} s`, { cause: this.lastError }),
      );
    }, this.#longest);
  }

  /** Nothing is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
