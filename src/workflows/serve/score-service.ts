import { LagerError } from "../../base/errors.ts";
import { builtinTaskNames, loadTask } from "../../input/task/load-task.ts";
import { type LoadJudgeOptions, loadJudge } from "../../judge/judge.ts";
import type { SessionOptions, TaskChoice } from "../../judge/score-options.ts";
import type { Session } from "../../judge/session.ts";
import { Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
import type { ServedFailure, ServedScore, ServerFacts, ServerHealth, TaskFacts } from "./result.ts";
import type { DispatchedSession, DispatchRequest } from "./score-job.ts";
import { servedOutcome, taskFacts } from "./served-outcome.ts";

/** How a service is opened. */
export interface ServiceOptions extends LoadJudgeOptions, SessionOptions, DispatcherOptions {
  /** A name, the path of a GGUF file, or an `hf:` URI. */
  readonly judge: string;
  /** What is meant where a request names no task. Default: `general`. */
  readonly task?: string | undefined;
}

/** What a client asks for. */
export interface ServiceRequest
  extends Pick<DispatchRequest, "items" | "criteria" | "client" | "signal" | "onProgress"> {
  /** Default: the service's. */
  readonly task?: TaskChoice | undefined;
}

/** An outcome as a client is told of it, and the item that it is of, counted from 0. */
export interface IndexedOutcome {
  readonly index: number;
  readonly outcome: ServedScore | ServedFailure;
}

/** What of a session a service uses. */
export type ServiceSession = DispatchedSession & Pick<Session, "header">;

/** What of a judge a service uses. */
export interface ServiceJudge {
  openSession(task: TaskChoice | undefined, options: SessionOptions): Promise<ServiceSession>;
  dispose(): Promise<void>;
}

/** Sessions that are kept; those that were not used for longest are opened again when they are needed. */
const MOST_SESSIONS = 32;

/** A judge that scores for several clients; when its engine is lost, it is loaded anew. */
export class ScoreService implements AsyncDisposable {
  readonly dispatcher: Dispatcher;
  readonly facts: ServerFacts;
  readonly #options: ServiceOptions;
  readonly #load: () => Promise<ServiceJudge>;
  #judge: Promise<ServiceJudge>;
  /** In the order in which they were used last. */
  readonly #sessions = new Map<string, Promise<ServiceSession>>();
  #isLost = false;
  #isStopping = false;
  #scores = 0;
  #failures = 0;

  private constructor(
    options: ServiceOptions,
    load: () => Promise<ServiceJudge>,
    judge: ServiceJudge,
    session: ServiceSession,
  ) {
    this.#options = options;
    this.#load = load;
    this.#judge = Promise.resolve(judge);
    this.#sessions.set(keyOf(options.task), Promise.resolve(session));
    this.dispatcher = new Dispatcher(options);
    const { version, judge: judgeFacts, llama } = session.header();
    this.facts = { version, judge: judgeFacts, llama, task: taskFacts(session.task) };
  }

  /**
   * @param load - loads the judge, and loads it anew when it is lost.
   * @throws LagerError as `loadJudge` and `Judge.openSession`.
   */
  static async open(
    { signal, ...options }: ServiceOptions,
    load: (signal?: AbortSignal) => Promise<ServiceJudge> = (ended) =>
      loadJudge(options.judge, { ...options, signal: ended }),
  ): Promise<ScoreService> {
    const judge = await load(signal);
    try {
      const session = await judge.openSession(options.task, options);
      return new ScoreService(options, () => load(), judge, session);
    } catch (error) {
      await judge.dispose();
      throw error;
    }
  }

  /** Facts of the service's task, and of the built-in ones. */
  async tasks(): Promise<TaskFacts[]> {
    const { task } = this.facts;
    const builtin = await Promise.all(builtinTaskNames().map(loadTask));
    return [task, ...builtin.map(taskFacts).filter(({ name }) => name !== task.name)];
  }

  health(): ServerHealth {
    const { requests, waiting, running } = this.dispatcher.load;
    const lost = this.#isLost ? "reloading" : "ok";
    return {
      status: this.#isStopping ? "stopping" : lost,
      ...{ requests, waiting, running, scores: this.#scores, failures: this.#failures },
    };
  }

  /**
   * Scores items; outcomes come as those of `Dispatcher.score`.
   *
   * @throws LagerError as `Judge.openSession` and `Dispatcher.score`; `ENGINE_LOST`: a request after it may
   *   go well.
   */
  async score({ task, ...request }: ServiceRequest): Promise<AsyncGenerator<IndexedOutcome>> {
    const session = await this.#session(task ?? this.#options.task);
    return this.#served(this.dispatcher.score({ ...request, session }));
  }

  /** Takes no more requests, waits for those that run, as `Dispatcher.close`, and frees the judge. Idempotent. */
  async close(withinMs?: number): Promise<void> {
    this.#isStopping = true;
    await this.dispatcher.close(withinMs);
    const judge = await this.#judge.catch(() => null);
    await judge?.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(0);
  }

  async *#served(outcomes: ReturnType<Dispatcher["score"]>): AsyncGenerator<IndexedOutcome> {
    try {
      for await (const { index, outcome } of outcomes) {
        if (outcome.kind === "score") this.#scores++;
        else this.#failures++;
        yield { index, outcome: servedOutcome(outcome) };
      }
    } catch (error) {
      if (error instanceof LagerError && error.code === "ENGINE_LOST") this.#isLost = true;
      throw error;
    }
  }

  async #session(task: TaskChoice | undefined): Promise<ServiceSession> {
    if (this.#isStopping) throw new LagerError("DISPOSED", "the server takes no more requests");
    if (this.#isLost) this.#loadAnew();
    const key = keyOf(task);
    const known = this.#sessions.get(key);
    const session = known ?? this.#judge.then((judge) => judge.openSession(task, this.#options));
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    try {
      return await session;
    } catch (error) {
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
      throw error;
    }
  }

  /** What fails of it is an error of the requests that wait for it; the next one tries again. */
  #loadAnew(): void {
    this.#isLost = false;
    this.#sessions.clear();
    const lost = this.#judge;
    this.#judge = lost
      .then((judge) => judge.dispose())
      .catch(() => {})
      .then(this.#load);
    this.#judge.catch(() => {
      this.#isLost = true;
    });
  }
}

/** A file's path and a task's name are texts of their own; an object is told by what is in it. */
function keyOf(task: TaskChoice | undefined): string {
  return typeof task === "object" ? JSON.stringify(task) : (task ?? "general");
}
