import type { NativeCancelFlag } from "../addon/boundary.ts";
import { NativeFailure } from "./native-failure.ts";

/** A flag that ends calls in another process. One serves many calls, one after the other and at once. */
export class RemoteFlag {
  readonly #listeners = new Set<() => void>();
  #isRaised = false;

  /** The flag as those see it who only pass it on. */
  static make(): NativeCancelFlag {
    return new RemoteFlag() as unknown as NativeCancelFlag;
  }

  static of(flag: NativeCancelFlag): RemoteFlag {
    if ((flag as unknown) instanceof RemoteFlag) return flag as unknown as RemoteFlag;
    throw new NativeFailure(
      "INVALID_ARGUMENT",
      "the cancel flag must come from newCancelFlag() of the same engine",
    );
  }

  get isRaised(): boolean {
    return this.#isRaised;
  }

  raise(): void {
    if (this.#isRaised) return;
    this.#isRaised = true;
    for (const listener of this.#listeners) listener();
  }

  /** @throws Error `ABORTED`. */
  throwIfRaised(): void {
    if (this.#isRaised) throw new NativeFailure("ABORTED", "the call was aborted");
  }

  /**
   * Waits for a promise while the flag is down.
   *
   * @param onRaise - called when it is raised meanwhile; without it the wait ends then.
   * @throws Error `ABORTED`, and what the promise is rejected with.
   */
  async wait<T>(promise: Promise<T>, onRaise?: () => void): Promise<T> {
    this.throwIfRaised();
    let listener: () => void = () => {};
    try {
      if (onRaise !== undefined) {
        listener = onRaise;
        this.#listeners.add(listener);
        return await promise;
      }
      const raised = new Promise<never>((_, reject) => {
        listener = () => reject(new NativeFailure("ABORTED", "the call was aborted"));
        this.#listeners.add(listener);
      });
      return await Promise.race([promise, raised]);
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
