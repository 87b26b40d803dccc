import { LagerError } from "../../base/errors.ts";
import { builtinTaskNames, loadTask } from "../../input/task/load-task.ts";
import { type LoadJudgeOptions, loadJudge } from "../../judge/judge.ts";
import type { SessionOptions, TaskChoice } from "../../judge/score-options.ts";
import type { Session } from "../../judge/session.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";
import { textsTask } from "../score-answer/texts-task.ts";
import { Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
import { LastingJudge } from "./lasting-judge.ts";
import type { ServedFailure, ServedScore, ServerFacts, ServerHealth, TaskFacts } from "./result.ts";
import type { DispatchedOutcome, DispatchedSession, DispatchRequest } from "./score-job.ts";
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
  /** The items have their texts by the names of the text fields, whatever the task's own data looks like. */
  readonly asTexts?: boolean;
  /** Only the task's first criterion is asked for. */
  readonly isFirstOnly?: boolean;
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

const DEFAULT_TASK = "general";
const MOST_SESSIONS = 32;

/** A judge that scores for several clients; when its engine is lost, it is loaded anew. */
export class ScoreService implements AsyncDisposable {
  readonly dispatcher: Dispatcher;
  readonly facts: ServerFacts;
  readonly #options: ServiceOptions;
  readonly #judge: LastingJudge<ServiceJudge, ServiceSession>;
  #isStopping = false;
  /** Of all prompts so far, and of them those that were not decoded again. */
  readonly tokens = { prompt: 0, reused: 0 };
  #scores = 0;
  #failures = 0;

  private constructor(
    options: ServiceOptions,
    judge: LastingJudge<ServiceJudge, ServiceSession>,
    session: ServiceSession,
  ) {
    this.#options = options;
    this.#judge = judge;
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
    const judge = new LastingJudge<ServiceJudge, ServiceSession>({
      load: () => load(),
      mostSessions: MOST_SESSIONS,
      loaded: await load(signal),
    });
    try {
      const session = await judge.session(keyOf(options.task ?? DEFAULT_TASK), (loaded) =>
        loaded.openSession(options.task, options),
      );
      return new ScoreService(options, judge, session);
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

  /**
   * The task of a name that a client may give that must not reach the files here: a built-in one, or the
   * service's own.
   *
   * @throws LagerError `INVALID_ARGUMENT`.
   */
  taskNamed(name: string | undefined): string {
    if (name === undefined || name === this.facts.task.name) {
      return this.#options.task ?? DEFAULT_TASK;
    }
    if (builtinTaskNames().includes(name)) return name;
    throw new LagerError("INVALID_ARGUMENT", `there is no task ${JSON.stringify(name)} here`, {
      place: { field: "task" },
    });
  }

  health(): ServerHealth {
    const { requests, waiting, running } = this.dispatcher.load;
    const judge = this.#judge.isToLoad ? "reloading" : "ok";
    return {
      status: this.#isStopping ? "stopping" : judge,
      ...{ requests, waiting, running, scores: this.#scores, failures: this.#failures },
    };
  }

  /**
   * Scores items; outcomes come as those of `Dispatcher.score`.
   *
   * @throws LagerError as `Judge.openSession` and `Dispatcher.score`; `ENGINE_LOST`: a request after it may
   *   go well.
   */
  async score({
    task = this.#options.task ?? DEFAULT_TASK,
    asTexts = false,
    isFirstOnly = false,
    ...request
  }: ServiceRequest): Promise<AsyncGenerator<IndexedOutcome>> {
    const session = await this.#session(task, asTexts);
    const [first] = session.task.criteria;
    const criteria = isFirstOnly && first !== undefined ? [first.name] : request.criteria;
    const outcomes = this.dispatcher.score({ ...request, session, criteria });
    return this.#served(this.#judge.watched(session, outcomes));
  }

  /** Takes no more requests, waits for those that run, as `Dispatcher.close`, and frees the judge. Idempotent. */
  async close(withinMs?: number): Promise<void> {
    this.#isStopping = true;
    await this.dispatcher.close(withinMs);
    await this.#judge.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(0);
  }

  async *#served(outcomes: AsyncIterable<DispatchedOutcome>): AsyncGenerator<IndexedOutcome> {
    for await (const { index, outcome } of outcomes) {
      this.#count(outcome);
      yield { index, outcome: servedOutcome(outcome) };
    }
  }

  #count(outcome: Outcome): void {
    if (outcome.kind === "failure") {
      this.#failures++;
      return;
    }
    this.#scores++;
    this.tokens.prompt += outcome.promptTokens;
    this.tokens.reused += outcome.reusedTokens;
  }

  async #session(task: TaskChoice, asTexts: boolean): Promise<ServiceSession> {
    if (this.#isStopping) throw new LagerError("DISPOSED", "the server takes no more requests");
    const key = asTexts ? `texts of ${keyOf(task)}` : keyOf(task);
    return this.#judge.session(key, async (judge) => {
      const choice = asTexts && typeof task === "string" ? await textsTask(task) : task;
      return judge.openSession(choice, this.#options);
    });
  }
}

/** A file's path and a task's name are texts of their own; an object is told by what is in it. */
function keyOf(task: TaskChoice): string {
  return typeof task === "object" ? JSON.stringify(task) : task;
}
