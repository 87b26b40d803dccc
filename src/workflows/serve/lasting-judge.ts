import { LagerError } from "../../base/errors.ts";

/** What of a judge is needed to keep it. */
interface Disposable {
  dispose(): Promise<void>;
}

/** How a judge is kept. */
export interface LastingOptions<Judge> {
  /** Loads it, and loads it anew when its engine is lost. */
  readonly load: () => Promise<Judge>;
  /** Sessions that are kept; those that were not used for longest are opened again when they are needed. */
  readonly mostSessions: number;
  /** The judge, where it is loaded already. Default: the first session loads it. */
  readonly loaded?: Judge | undefined;
}

/**
 * A judge with the sessions that were opened on it. When its engine is lost, the next session that is asked
 * for is one of a judge that is loaded anew.
 */
export class LastingJudge<Judge extends Disposable, Session extends object> {
  readonly #options: LastingOptions<Judge>;
  /** Null where the next session is to load it. */
  #judge: Promise<Judge> | null;
  /** One that is of no more use and is freed before the next is loaded. */
  #lost: Promise<Judge> | null = null;
  /** In the order in which they were used last. */
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #judgeOf = new WeakMap<Session, Promise<Judge>>();

  constructor(options: LastingOptions<Judge>) {
    this.#options = options;
    this.#judge = options.loaded === undefined ? null : Promise.resolve(options.loaded);
  }

  /** Whether the next session loads a judge. */
  get isToLoad(): boolean {
    return this.#judge === null;
  }

  /**
   * The session of a key, opened where there is none. What fails of that, and of loading the judge, is an
   * error of those who wait for it; whoever asks next tries again.
   */
  async session(key: string, open: (judge: Judge) => Promise<Session>): Promise<Session> {
    const judge = this.#loaded();
    const session = this.#sessions.get(key) ?? this.#open(judge, open);
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > this.#options.mostSessions && oldest !== undefined) {
      this.#sessions.delete(oldest);
    }
    try {
      return await session;
    } catch (error) {
      if (this.#sessions.get(key) === session) this.#sessions.delete(key);
      throw error;
    }
  }

  /**
   * Passes on what is made with a session.
   *
   * @throws what making it does; `ENGINE_LOST`: the next session is one of another judge.
   */
  async *watched<T>(session: Session, made: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* made;
    } catch (error) {
      if (error instanceof LagerError && error.code === "ENGINE_LOST") this.#lose(session);
      throw error;
    }
  }

  /** Frees the judge; a later session loads it again. */
  async dispose(): Promise<void> {
    const judges = [this.#lost, this.#judge];
    this.#judge = null;
    this.#lost = null;
    this.#sessions.clear();
    for (const judge of judges) await (await judge?.catch(() => null))?.dispose();
  }

  async #open(judge: Promise<Judge>, open: (judge: Judge) => Promise<Session>): Promise<Session> {
    const session = await open(await judge);
    this.#judgeOf.set(session, judge);
    return session;
  }

  #loaded(): Promise<Judge> {
    if (this.#judge !== null) return this.#judge;
    const lost = this.#lost;
    this.#lost = null;
    const judge = this.#loadAfter(lost);
    this.#judge = judge;
    judge.catch(() => {
      if (this.#judge === judge) this.#judge = null;
    });
    return judge;
  }

  async #loadAfter(lost: Promise<Judge> | null): Promise<Judge> {
    await lost?.then((judge) => judge.dispose()).catch(() => {});
    return this.#options.load();
  }

  /** A session of a judge that was lost before says nothing of the one that there is now. */
  #lose(session: Session): void {
    const judge = this.#judgeOf.get(session);
    if (judge === undefined || judge !== this.#judge) return;
    this.#lost = judge;
    this.#judge = null;
    this.#sessions.clear();
  }
}
