import { type ChildOptions, type Death, EngineChild, EngineDeath } from "./engine-child.ts";
import type { Call, Results } from "./messages.ts";
import { NativeFailure } from "./native-failure.ts";
import { RemoteFlag } from "./remote-flag.ts";

/** What is to be done, in whatever process it comes to be done. */
export interface Job<Method extends keyof Results> {
  /** The call as that process takes it; `undefined` where {@link bringUp} must come first. */
  callIn(child: EngineChild): Extract<Call, { method: Method }> | undefined;
  /** Loads into a new process what the call needs there. */
  bringUp?(child: EngineChild): Promise<void>;
  readonly flag?: RemoteFlag | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly onDecodeSeconds?: ((seconds: number) => void) | undefined;
  /** Whether a process's death ends the job. Default: it is tried once more. */
  readonly isTriedOnce?: boolean;
}

/** Deaths without one call that went well between them, after which the engine is given up. */
const MOST_DEATHS = 20;
/** Processes one after the other that did not get as far as their first call. */
const MOST_FAILED_STARTS = 3;

/**
 * An engine in a process of its own, which is started again when it dies. Calls that were under way
 * then are tried once more, one after the other, so that the one which ends it again is known.
 */
export class EngineProcess {
  readonly #options: ChildOptions;
  readonly #setups: Extract<Call, { method: "initialize" }>[] = [];
  /** The newest process, which may be dead. */
  #child: EngineChild;
  /** It is set up as those before it were. */
  #isSetUp = true;
  /** It has got as far as a call, with all that this takes loaded. */
  #isReady = false;
  #starting: Promise<void> | undefined;
  /** Calls that were under way when a process died and are not over yet. */
  #suspects = 0;
  #lastRetry: Promise<unknown> = Promise.resolve();
  readonly #running = new Set<Promise<unknown>>();
  #deaths = 0;
  #failedStarts = 0;
  #isClosed = false;

  /** Starts the first process at once, so that it is there when it is needed. */
  constructor(options: ChildOptions) {
    this.#options = options;
    this.#child = this.#fork();
  }

  /** Of the process that there is now. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * @throws Error with a code: what native code says; `ABORTED`; `ENGINE_CRASHED` for a call during
   *   which the process died twice; `ENGINE_LOST` when it is not started any more; `DISPOSED`.
   */
  async run<Method extends keyof Results>(job: Job<Method>): Promise<Results[Method]> {
    const work = this.#run(job);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Does it here and now, and again in every later process before anything else. */
  async setUp(call: Extract<Call, { method: "initialize" }>): Promise<Results["initialize"]> {
    const result = await this.run<"initialize">({ callIn: () => call, isTriedOnce: true });
    if (!this.#setups.some((done) => isSameSetup(done, call))) this.#setups.push(call);
    return result;
  }

  /** Waits a moment for what is under way, then ends the process. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    let timer: NodeJS.Timeout | undefined;
    const moment = new Promise((resolve) => {
      timer = setTimeout(resolve, this.#options.graceMs);
    });
    await Promise.race([Promise.allSettled(this.#running), moment]);
    clearTimeout(timer);
    await this.#child.kill();
  }

  async #run<Method extends keyof Results>(job: Job<Method>): Promise<Results[Method]> {
    try {
      return await this.#attempt(job, false);
    } catch (error) {
      if (!(error instanceof EngineDeath)) throw error;
      job.flag?.throwIfRaised();
      if (job.isTriedOnce === true) throw this.#crashed(error);
      return this.#tryAlone(job);
    }
  }

  /** Once more, while nothing else is under way. */
  async #tryAlone<Method extends keyof Results>(job: Job<Method>): Promise<Results[Method]> {
    this.#suspects++;
    const retry = this.#lastRetry.then(() => this.#attempt(job, true));
    this.#lastRetry = retry.catch(() => {});
    try {
      return await retry;
    } catch (error) {
      if (!(error instanceof EngineDeath)) throw error;
      job.flag?.throwIfRaised();
      throw this.#crashed(error);
    } finally {
      this.#suspects--;
    }
  }

  async #attempt<Method extends keyof Results>(
    job: Job<Method>,
    isSuspect: boolean,
  ): Promise<Results[Method]> {
    const { flag = new RemoteFlag() } = job;
    for (;;) {
      this.#requireUsable();
      const child = this.#child;
      if (!isSuspect && this.#suspects > 0) {
        await flag.wait(this.#lastRetry);
        continue;
      }
      if (!this.#isSetUp) {
        await flag.wait(this.#start());
        continue;
      }
      const call = job.callIn(child);
      if (call === undefined) {
        await flag.wait(lived(job.bringUp?.(child)));
        continue;
      }
      flag.throwIfRaised();
      this.#isReady = true;
      this.#failedStarts = 0;
      const { result, cancel } = child.call<Method>(call, job);
      const value = await flag.wait(result, cancel);
      this.#deaths = 0;
      return value;
    }
  }

  #requireUsable(): void {
    if (this.#isClosed) throw new NativeFailure("DISPOSED", "the judge was disposed");
    if (this.#deaths < MOST_DEATHS && this.#failedStarts < MOST_FAILED_STARTS) return;
    throw new NativeFailure(
      "ENGINE_LOST",
      `the engine's process ended ${Math.max(this.#deaths, this.#failedStarts)} times in a row without ` +
        "one call that went well, and is not started again: load the judge anew",
    );
  }

  #fork(): EngineChild {
    this.#isReady = false;
    return new EngineChild(this.#options, ({ isWanted }: Death) => {
      this.#isSetUp = false;
      if (isWanted) return;
      this.#deaths++;
      if (!this.#isReady) this.#failedStarts++;
    });
  }

  /** A new process, set up as the first one was. */
  #start(): Promise<void> {
    this.#starting ??= lived(this.#startAnew()).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startAnew(): Promise<void> {
    await this.#child.kill(); // where setting up the last one failed, it still runs
    const child = this.#fork();
    this.#child = child;
    for (const setup of this.#setups) await child.call<"initialize">(setup).result;
    this.#isSetUp = true;
  }

  #crashed(death: EngineDeath): NativeFailure {
    if (this.#isClosed) return new NativeFailure("DISPOSED", "the judge was disposed");
    return new NativeFailure("ENGINE_CRASHED", death.message);
  }
}

/** Waits for what makes a process ready. That it ended meanwhile is seen by what comes next. */
async function lived(work: Promise<void> | undefined): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EngineDeath)) throw error;
  }
}

function isSameSetup(
  left: Extract<Call, { method: "initialize" }>,
  right: Extract<Call, { method: "initialize" }>,
): boolean {
  return (
    left.verbose === right.verbose &&
    left.libraryDirectory === right.libraryDirectory &&
    left.plugins.length === right.plugins.length &&
    left.plugins.every((plugin, i) => plugin === right.plugins[i])
  );
}
