import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "./errors.ts";

/** The event loop is given back at least so often. */
const LONGEST_STRETCH_MS = 20;

/** Lets a long computation give the event loop back now and then, and notices an abort. */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  readonly #what: string;
  #since = performance.now();

  /** @param what What is being done, for the message: "the evaluation". */
  constructor(signal: AbortSignal | undefined, what: string) {
    this.#signal = signal;
    this.#what = what;
  }

  /**
   * Gives the event loop back if it has been held for long. To be called between steps that take some
   * milliseconds, hence once in so many of shorter ones: a call costs a fraction of a microsecond.
   *
   * @throws LagerError `ABORTED`.
   */
  async rest(): Promise<void> {
    throwIfAborted(this.#signal, this.#what);
    if (performance.now() - this.#since < LONGEST_STRETCH_MS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
