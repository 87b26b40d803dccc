import { LagerError } from "../base/errors.ts";

/** An output that is ended once, by whoever comes first, and takes nothing afterwards. */
export abstract class ClosesOnce implements AsyncDisposable {
  #closing: Promise<void> | null = null;

  /** Ends the output; what was written is on disk. Further calls do nothing. */
  close(): Promise<void> {
    // Who came first is told what went wrong; told again, it would be an error on top of itself.
    if (this.#closing !== null) return this.#closing.catch(() => {});
    this.#closing = this.end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What closing takes; called once. */
  protected abstract end(): Promise<void>;

  /** @throws LagerError `DISPOSED` after {@link close}. */
  protected requireOpen(what: string): void {
    if (this.#closing === null) return;
    throw new LagerError("DISPOSED", `${what} closed: open a new one`);
  }
}
