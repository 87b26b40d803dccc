import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "./errors.ts";

/** The event loop is given back at least so often, unless a computation says how often. */
const LONGEST_STRETCH_MS = 20;

/** Lets a long computation give the event loop back now and then, and notices an abort. */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  readonly #what: string;
  readonly #stretch: number;
  #since = performance.now();
  #turn: Promise<void> = Promise.resolve();

  /**
   * @param what What is being done, for the message: "the evaluation".
   * @param stretch Milliseconds after which the event loop is given back.
   */
  constructor(signal: AbortSignal | undefined, what: string, stretch = LONGEST_STRETCH_MS) {
    this.#signal = signal;
    this.#what = what;
    this.#stretch = stretch;
  }

  /**
   * {@link rest} for work that was begun at the same time: one after the other, each when the one before
   * has done what it does without waiting.
   *
   * @throws LagerError `ABORTED`.
   */
  turn(): Promise<void> {
    const turn = this.#turn.then(() => this.rest());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /**
   * Gives the event loop back if it has been held for long. To be called between steps that take some
   * milliseconds, hence once in so many of shorter ones: a call costs a fraction of a microsecond.
   *
   * @throws LagerError `ABORTED`.
   */
  async rest(): Promise<void> {
    throwIfAborted(this.#signal, this.#what);
    if (performance.now() - this.#since < this.#stretch) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
