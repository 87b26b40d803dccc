/**
 * Takes elements from a source ahead of their use, as long as there is room for them, and wakes
 * whoever waits for one. What the source fails with is kept until somebody asks.
 */
export class Intake<T> {
  readonly #iterator: AsyncIterator<T>;
  readonly #take: (element: T) => void;
  readonly #hasRoom: () => boolean;
  #pulling: Promise<void> | undefined;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #isStopped = false;
  #wake: () => void = () => {};

  /**
   * @param take - is given each element as it comes.
   * @param hasRoom - whether another one may be asked for; asked again at each {@link pull}.
   */
  constructor(source: AsyncIterable<T>, take: (element: T) => void, hasRoom: () => boolean) {
    this.#iterator = source[Symbol.asyncIterator]();
    this.#take = take;
    this.#hasRoom = hasRoom;
  }

  /** Whether the source gives no more, because it is at its end or failed. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** @throws what the source failed with, if it did. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Goes on taking elements, in the background, while there is room. */
  pull(): void {
    if (this.#pulling !== undefined || this.#isEnded || this.#isStopped || !this.#hasRoom()) return;
    this.#pulling = this.#iterator
      .next()
      .then(
        (next) => {
          if (next.done === true) this.#isEnded = true;
          else if (!this.#isStopped) this.#take(next.value);
        },
        (error: unknown) => {
          this.#isEnded = true;
          this.#failure = { error };
        },
      )
      .then(() => {
        this.#pulling = undefined;
        this.#wake();
        this.pull();
      });
  }

  /** Waits for an element or the end; true when `ms` have passed without either. */
  async nothingComes(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#pulling === undefined || signal?.aborted === true) return false;
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<boolean>((resolve) => {
        this.#wake = () => resolve(false);
        onAbort = () => resolve(false);
        signal?.addEventListener("abort", onAbort, { once: true });
        if (Number.isFinite(ms)) timer = setTimeout(() => resolve(true), ms);
      });
    } finally {
      this.#wake = () => {};
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Closes the source. One that is silent in the middle of its `next` is not waited for: it may be
   * so for ever.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#isEnded) return;
    const closing = Promise.resolve(this.#iterator.return?.()).then(
      () => {},
      () => {},
    );
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      closing,
      new Promise((resolve) => {
        timer = setTimeout(resolve, SILENT_MS);
      }),
    ]);
    clearTimeout(timer);
  }
}

/** How long a source that is to be closed may take over the element that it was asked for. */
const SILENT_MS = 100;
