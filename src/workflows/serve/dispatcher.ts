import {
  checkArguments,
  FUNCTION,
  NUMBER,
  OBJECT,
  objectOf,
  optional,
  SIGNAL,
  shape,
  TEXTS,
} from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { asLagerError } from "../../base/public-call.ts";
import { PromptPool } from "../../engine/plan/prompt-pool.ts";
import type { ReadyPrompt } from "../../judge/session.ts";
import { FairQueue } from "./fair-queue.ts";
import {
  type DispatchedOutcome,
  type DispatchRequest,
  type JobUnit,
  ScoreJob,
} from "./score-job.ts";

/** What a dispatcher holds at most. */
export interface DispatcherOptions {
  /** Items that may wait, of all requests together. Default: 10 000. */
  readonly mostWaiting?: number | undefined;
}

/** What a dispatcher has to do at the moment. */
export interface DispatchLoad {
  /** Requests that are not over. */
  readonly requests: number;
  /** Items of theirs that have not been begun. */
  readonly waiting: number;
  /** Prompts that are rendered, planned or decoded. */
  readonly running: number;
  /** Mean time of the last prompts, in seconds; 0 before the first. */
  readonly secondsPerPrompt: number;
}

interface ReadyUnit extends JobUnit {
  readonly prompt: ReadyPrompt;
}

const MOST_WAITING = 10_000;
/** Prompts that are rendered and tokenised at the same time. */
const PREPARED_AT_ONCE = 16;
/** As many prompts are planned together as the judge takes so long for: what comes meanwhile waits no longer. */
const ROUND_SECONDS = 0.25;
const SMALLEST_ROUND = 4;
const LARGEST_ROUND = 64;
/** Prompts given to the engine, as many times as it takes prompts at once. */
const AHEAD = 2;
/** What one more prompt counts in the mean time of a prompt. */
const NEWEST_SHARE = 0.1;
const STOP_MS = 10_000;

const REQUEST = objectOf({
  session: OBJECT,
  items: shape("a list", Array.isArray),
  criteria: optional(TEXTS),
  signal: optional(SIGNAL),
  onProgress: optional(FUNCTION),
});

/**
 * Scores what several clients ask for at the same time. Prompts go to the engine in rounds: what has come is
 * planned together, so that shared beginnings are decoded once, and what comes meanwhile goes into the next
 * round. Clients take turns, one prompt each. On the CPU every outcome has the bits that it would have
 * alone.
 *
 * @example
 * const dispatcher = new Dispatcher();
 * const session = await judge.openSession("general");
 * for await (const { index, outcome } of dispatcher.score({ session, items })) …
 */
export class Dispatcher implements AsyncDisposable {
  readonly #mostWaiting: number;
  readonly #queue = new FairQueue();
  readonly #jobs = new Set<ScoreJob>();
  /** Prepared for the next round. */
  readonly #ready: ReadyUnit[] = [];
  /** The round that runs, and what was decoded last. */
  readonly #pool = new PromptPool<ReadyUnit>();
  #sequence = 0;
  #preparing = 0;
  #running = 0;
  #isScheduled = false;
  #isClosed = false;
  #secondsPerPrompt = 0;
  #lastEndAt = 0;
  /** Told when a job has ended or an item was begun. */
  #waiters: (() => void)[] = [];

  /** @throws LagerError `INVALID_ARGUMENT`. */
  constructor({ mostWaiting = MOST_WAITING }: DispatcherOptions = {}) {
    checkArguments("Dispatcher", { "options.mostWaiting": [mostWaiting, NUMBER] });
    this.#mostWaiting = mostWaiting;
  }

  get load(): DispatchLoad {
    return {
      requests: this.#jobs.size,
      waiting: this.#waiting,
      running: this.#preparing + this.#ready.length + this.#pool.size + this.#running,
      secondsPerPrompt: this.#secondsPerPrompt,
    };
  }

  /**
   * Scores items on criteria. Outcomes come in the order of the items, and of each item in the order of the
   * criteria; an item that is broken has one outcome, without a criterion. They are made no more than some
   * hundred ahead of those that were fetched. To leave the loop ends the request.
   *
   * @throws LagerError at once: `OVERLOADED` where too many items wait, `DISPOSED` after {@link close},
   *   `INVALID_ARGUMENT`. From the generator: as `Session.scoreAll`, but for errors of single items.
   */
  score(request: DispatchRequest): AsyncGenerator<DispatchedOutcome> {
    checkArguments("Dispatcher.score", { request: [request, REQUEST] });
    if (this.#isClosed) throw new LagerError("DISPOSED", "the dispatcher takes no more requests");
    const { signal, items } = request;
    if (!this.hasRoom(items.length)) {
      throw new LagerError(
        "OVERLOADED",
        `${this.#waiting} items wait to be scored, and no more than ${this.#mostWaiting} may: try again later`,
      );
    }
    const onAbort = () => job.fail(aborted(signal?.reason));
    const job = new ScoreJob(request, (ended) => {
      this.#queue.remove(ended);
      this.#jobs.delete(ended);
      signal?.removeEventListener("abort", onAbort);
      this.#tellWaiters();
    });
    this.#jobs.add(job);
    this.#queue.add(job);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#schedule();
    return this.#outcomes(job);
  }

  /** Whether a request of so many items would be taken now. One that is larger than all is, when none waits. */
  hasRoom(items: number): boolean {
    const waiting = this.#waiting;
    return waiting === 0 || waiting + items <= this.#mostWaiting;
  }

  /** Waits until a request of so many items would be taken. */
  async untilRoom(items: number, signal?: AbortSignal): Promise<void> {
    while (!this.hasRoom(items) && !this.#isClosed && signal?.aborted !== true) {
      let onAbort: () => void = () => {};
      await new Promise<void>((resolve) => {
        onAbort = resolve;
        this.#waiters.push(resolve);
        signal?.addEventListener("abort", onAbort, { once: true });
      });
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Takes no more requests, and waits for those that run. What is not over by then fails with `ABORTED`.
   * Sessions and their judge stay as they are. Idempotent.
   *
   * @param withinMs time that they have. Default: 10 s.
   */
  async close(withinMs = STOP_MS): Promise<void> {
    this.#isClosed = true;
    const endsAt = performance.now() + withinMs;
    while (this.#jobs.size > 0 && performance.now() < endsAt) {
      await this.#change(endsAt - performance.now());
    }
    for (const job of this.#jobs) job.fail(aborted("the dispatcher was closed"));
    while (this.#running + this.#preparing > 0) await this.#change(withinMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(0);
  }

  get #waiting(): number {
    let waiting = 0;
    for (const job of this.#jobs) waiting += job.waiting;
    return waiting;
  }

  /** Each outcome that is fetched may make room for one more. */
  async *#outcomes(job: ScoreJob): AsyncGenerator<DispatchedOutcome> {
    for await (const outcome of job.outcomes()) {
      yield outcome;
      this.#schedule();
    }
  }

  /** Not at once: what is asked for in the same moment belongs into the same round. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#step();
    });
  }

  /** Prepares the next round, begins it when the one before is given out, and keeps the engine busy. */
  #step(): void {
    this.#prepare();
    for (;;) {
      const isGathered = this.#preparing === 0 || this.#ready.length >= this.#roundSize;
      if (this.#pool.size === 0 && this.#ready.length > 0 && isGathered) {
        for (const unit of this.#ready.splice(0)) {
          this.#pool.add(this.#sequence++, unit.prompt.tokens, unit);
        }
        this.#prepare();
      }
      const next = this.#nextUnit();
      if (next === undefined) break;
      void this.#run(next);
    }
    this.#tellWaiters();
  }

  /** The next prompt of the round that still has somebody who waits for it, where the engine takes one more. */
  #nextUnit(): ReadyUnit | undefined {
    for (;;) {
      const [first] = this.#jobs;
      const ahead = AHEAD * (first?.session.parallel ?? 1);
      if (this.#running >= ahead) return undefined;
      const unit = this.#pool.take()?.element;
      if (unit === undefined || !unit.job.isOver) return unit;
    }
  }

  get #roundSize(): number {
    if (this.#secondsPerPrompt === 0) return SMALLEST_ROUND;
    const prompts = Math.round(ROUND_SECONDS / this.#secondsPerPrompt);
    return Math.min(LARGEST_ROUND, Math.max(SMALLEST_ROUND, prompts));
  }

  #prepare(): void {
    while (
      this.#preparing < PREPARED_AT_ONCE &&
      this.#preparing + this.#ready.length < this.#roundSize
    ) {
      const unit = this.#queue.take();
      if (unit === undefined) return;
      void this.#prepareUnit(unit);
    }
  }

  async #prepareUnit(unit: JobUnit): Promise<void> {
    this.#preparing++;
    const { job } = unit;
    try {
      const prompt = await job.session.ready(unit.record, unit.criterion);
      if (prompt.kind === "failure") job.deliver(unit, prompt);
      else if (!job.isOver) this.#ready.push({ ...unit, prompt });
    } catch (error) {
      job.fail(asLagerError("scoring", error));
    } finally {
      this.#preparing--;
      this.#schedule();
    }
  }

  async #run({ prompt, ...unit }: ReadyUnit): Promise<void> {
    const { job } = unit;
    if (this.#running++ === 0) this.#lastEndAt = performance.now();
    try {
      // Prompts that the engine takes at once end together.
      const signal = job.session.parallel > 1 ? undefined : job.signal;
      job.deliver(unit, await prompt.score(signal));
      this.#measure();
    } catch (error) {
      // A job that is over is what aborted it.
      job.fail(asLagerError("scoring", error));
    } finally {
      this.#running--;
      this.#lastEndAt = performance.now();
      this.#schedule();
    }
  }

  #measure(): void {
    const seconds = (performance.now() - this.#lastEndAt) / 1000;
    const before = this.#secondsPerPrompt === 0 ? seconds : this.#secondsPerPrompt;
    this.#secondsPerPrompt = before + NEWEST_SHARE * (seconds - before);
  }

  #tellWaiters(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Waits until something has ended or was begun, for so long at most. */
  async #change(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiters.push(resolve);
      timer = setTimeout(resolve, Math.max(1, ms));
    });
    clearTimeout(timer);
  }
}

function aborted(cause: unknown): LagerError {
  return new LagerError("ABORTED", "the request was aborted", { cause });
}
