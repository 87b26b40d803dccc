import { LagerError } from "../../base/errors.ts";
import type { Failure } from "../../input/dataset/failure.ts";

/** Ends a run in which too much fails. */
export class FailureLimit {
  readonly #most: number;
  readonly #stop = new AbortController();
  #count = 0;
  #error: LagerError | null = null;

  /**
   * @param most - failures that a run may have; default any number.
   * @throws LagerError `INVALID_ARGUMENT`.
   */
  constructor(most: number = Number.POSITIVE_INFINITY) {
    if (most !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(most) && most >= 0)) {
      throw new LagerError("INVALID_ARGUMENT", `maxFailures is 0 or more, and not ${most}`);
    }
    this.#most = most;
  }

  /** Aborted with the failure that is one too many; what is scored by then can still be written. */
  signal(other: AbortSignal | undefined): AbortSignal {
    const own = this.#stop.signal;
    return other === undefined ? own : AbortSignal.any([other, own]);
  }

  /** Counts a failure of this run; what a resumed run held has been counted before. */
  count({ code, message }: Failure): void {
    this.#count++;
    if (this.#error !== null || this.#count <= this.#most) return;
    this.#error = new LagerError(
      "TOO_MANY_FAILURES",
      `${this.#count} results failed, and ${this.#most} were allowed (the last: ${code}: ${message}); ` +
        "what was scored is kept: mend what is wrong, and go on with --resume --retry-failures",
    );
    this.#stop.abort(this.#error);
  }

  /** @throws LagerError `TOO_MANY_FAILURES`, also where the last result was the one too many. */
  requireKept(): void {
    if (this.#error !== null) throw this.#error;
  }

  /** What a run that ended with `error` ended with. */
  reasonOf(error: unknown): unknown {
    const isOwn = error instanceof LagerError && error.code === "ABORTED";
    return isOwn && this.#error !== null ? this.#error : error;
  }
}
