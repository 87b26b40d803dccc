import type { Judge } from "../judge/judge.ts";
import type { JudgeOptions } from "./judge-options.ts";
import { openJudge } from "./open-judge.ts";
import type { StatusLine } from "./status-line.ts";

/**
 * A judge that is loaded, off the event loop, while the data and the task are opened. What is wrong
 * with those is told first: their errors end the loading.
 */
export class JudgeAhead implements AsyncDisposable {
  /** @throws LagerError as {@link openJudge}. */
  readonly judge: Promise<Judge>;
  readonly #stop = new AbortController();

  constructor(name: string, options: JudgeOptions, status: StatusLine, signal: AbortSignal) {
    this.judge = openJudge(name, options, status, AbortSignal.any([signal, this.#stop.signal]));
    // Who awaits it sees its failure; when nobody comes to it, there was another one before.
    this.judge.catch(() => {});
  }

  /** Ends the loading, or disposes the judge. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the judge is not needed any more"));
    await this.judge.then(
      (judge) => judge.dispose(),
      () => {},
    );
  }
}
