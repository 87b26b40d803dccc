import { LagerError } from "../../base/errors.ts";
import type { DatasetRecord } from "../../input/dataset/record.ts";
import type { Criterion } from "../../input/task/task.ts";
import { entryOf, type ScoreItem } from "../../judge/items.ts";
import { findCriterion, type Session } from "../../judge/session.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";

/** What of a session scores items that take turns with those of others. */
export type DispatchedSession = Pick<Session, "task" | "parallel" | "ready">;

/** What one client asks a dispatcher for. */
export interface DispatchRequest {
  readonly session: DispatchedSession;
  /** As `recordsOf` takes them. */
  readonly items: readonly ScoreItem[];
  /** Names of criteria of the session's task, on which the items are scored. Default: all. */
  readonly criteria?: readonly string[] | undefined;
  /** Whose request it is: clients take turns, whatever each of them asks for. Default: nobody else's. */
  readonly client?: object | undefined;
  /** Ends this request with `ABORTED`, and no other. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each item of which all outcomes are there, in whatever order that is. */
  readonly onProgress?: ((progress: DispatchProgress) => void) | undefined;
}

/** How far a request is. */
export interface DispatchProgress {
  /** Items of which all outcomes are there. */
  readonly done: number;
  readonly total: number;
}

/** An outcome, and the item that it is of, counted from 0. */
export interface DispatchedOutcome {
  readonly index: number;
  readonly outcome: Outcome;
}

/** One item on one criterion, to be scored. */
export interface JobUnit {
  readonly job: ScoreJob;
  /** Of its outcome among those of its job. */
  readonly sequence: number;
  readonly index: number;
  readonly record: DatasetRecord;
  readonly criterion: Criterion;
}

/** The item whose units are being taken. */
interface OpenItem {
  readonly index: number;
  readonly record: DatasetRecord;
  /** Of the criterion that is next. */
  next: number;
}

/**
 * Outcomes that may be made before they are fetched: whoever fetches slowly makes its own request slow and
 * nothing else.
 */
const MOST_AHEAD = 256;

/**
 * One request on its way: gives out its items one by one on each criterion, takes outcomes in any order, and
 * hands them on in the order of the items.
 */
export class ScoreJob {
  readonly session: DispatchedSession;
  readonly client: object;
  readonly #items: readonly ScoreItem[];
  readonly #criteria: readonly Criterion[];
  readonly #onProgress: DispatchRequest["onProgress"];
  readonly #onEnd: (job: ScoreJob) => void;
  readonly #stop = new AbortController();
  readonly #early = new Map<number, DispatchedOutcome>();
  /** Criteria of an item that have no outcome yet, by its index. */
  readonly #open = new Map<number, number>();
  #parsed = 0;
  #item: OpenItem | null = null;
  #given = 0;
  #fetched = 0;
  #done = 0;
  #failure: LagerError | null = null;
  #isOver = false;
  #wake: () => void = () => {};

  /**
   * @param onEnd - told once, when there is nothing more to do for it.
   * @throws LagerError `INVALID_ARGUMENT` for a criterion that the task does not have.
   */
  constructor(request: DispatchRequest, onEnd: (job: ScoreJob) => void) {
    const { session, items, criteria, client = this } = request;
    if (criteria?.length === 0) {
      throw new LagerError("INVALID_ARGUMENT", "at least one criterion is named, or none at all");
    }
    this.session = session;
    this.client = client;
    this.#items = items;
    this.#criteria =
      criteria === undefined
        ? session.task.criteria
        : criteria.map((name) => findCriterion(session.task, name));
    this.#onProgress = request.onProgress;
    this.#onEnd = onEnd;
  }

  /** Aborted when the job is over, for whatever of it still runs. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Items that have not been begun. */
  get waiting(): number {
    return this.#isOver ? 0 : this.#items.length - this.#parsed;
  }

  /** The next thing to score; `undefined` where there is none for now. Broken items become failures at once. */
  take(): JobUnit | undefined {
    while (!this.#isOver && this.#given - this.#fetched < MOST_AHEAD) {
      const item = this.#item ?? this.#openNext();
      if (item === null) return undefined;
      const criterion = this.#criteria[item.next++];
      if (item.next >= this.#criteria.length) this.#item = null;
      if (criterion === undefined) continue;
      const { index, record } = item;
      return { job: this, sequence: this.#given++, index, record, criterion };
    }
    return undefined;
  }

  /** Opens the next item that is whole; null behind the last. */
  #openNext(): OpenItem | null {
    const index = this.#parsed;
    const item = this.#items[index];
    if (item === undefined) return null;
    this.#parsed++;
    const entry = entryOf(item, this.session.task, index + 1);
    if (entry.kind === "failure") {
      this.#open.set(index, 1);
      this.deliver({ sequence: this.#given++, index }, entry);
      return this.#given - this.#fetched < MOST_AHEAD ? this.#openNext() : null;
    }
    this.#open.set(index, this.#criteria.length);
    this.#item = { index, record: entry, next: 0 };
    return this.#item;
  }

  /** Takes the outcome of a unit. */
  deliver({ sequence, index }: Pick<JobUnit, "sequence" | "index">, outcome: Outcome): void {
    if (this.#isOver) return;
    this.#early.set(sequence, { index, outcome });
    const left = (this.#open.get(index) ?? 1) - 1;
    if (left > 0) {
      this.#open.set(index, left);
    } else {
      this.#open.delete(index);
      this.#done++;
      this.#onProgress?.({ done: this.#done, total: this.#items.length });
    }
    this.#wake();
  }

  /** Ends the job with an error; what it has by then is not handed on. */
  fail(error: LagerError): void {
    if (this.#isOver) return;
    this.#failure = error;
    this.#end();
  }

  /** @throws LagerError what the job failed with. */
  async *outcomes(): AsyncGenerator<DispatchedOutcome> {
    try {
      for (;;) {
        if (this.#failure !== null) throw this.#failure;
        const next = this.#early.get(this.#fetched);
        if (next !== undefined) {
          this.#early.delete(this.#fetched++);
          yield next;
        } else if (this.#done === this.#items.length && this.#fetched === this.#given) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.#end();
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#early.clear();
    this.#stop.abort(this.#failure ?? new LagerError("ABORTED", "nobody waits for the outcomes"));
    this.#onEnd(this);
    this.#wake();
  }
}
