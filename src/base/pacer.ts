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

  /** To be called between steps of some milliseconds. @throws LagerError `ABORTED`. */
  async rest(): Promise<void> {
    if (performance.now() - this.#since < LONGEST_STRETCH_MS) return;
    throwIfAborted(this.#signal, this.#what);
    await setImmediate();
    this.#since = performance.now();
  }
}
