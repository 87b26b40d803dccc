import { type Judge, type LoadJudgeOptions, loadJudge } from "../../judge/judge.ts";

/**
 * A judge that is loaded, off the event loop, while the data and the task are opened. What is wrong
 * with those is told first: their errors end the loading.
 */
export class JudgeAhead implements AsyncDisposable {
  /** @throws LagerError as {@link loadJudge}. */
  readonly judge: Promise<Judge>;
  readonly #stop = new AbortController();

  constructor(name: string, options: LoadJudgeOptions) {
    const stops = options.signal === undefined ? [] : [options.signal];
    const signal = AbortSignal.any([...stops, this.#stop.signal]);
    this.judge = loadJudge(name, { ...options, signal });
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
