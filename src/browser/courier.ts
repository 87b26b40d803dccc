import type { LineRequest, RankRequest, ShowRequest, ToWorker } from "./messages.ts";
import type { LayerRequest } from "./run-share.ts";

/** Of the page's worker, what is used of it. */
export interface Receiver {
  postMessage(message: ToWorker, transfer: ArrayBuffer[]): void;
}

/** Where what the worker needs beside what it has is fetched from; see `Source`. */
export interface CourierSource {
  block(run: number, block: "raw"): Promise<ArrayBuffer | null>;
  texts(run: number): Promise<ArrayBuffer | null>;
}

/** What is asked of the worker: what the page shows. */
export type Wanted = Omit<ShowRequest, "kind" | "id">;

/** Talks to the worker: one request at a time, and of those that come meanwhile the last. */
export class Courier {
  readonly #worker: Receiver;
  readonly #source: CourierSource;
  /** Runs whose logits without the final norm the worker has, or is about to have. */
  readonly #raw = new Map<number, Promise<void>>();
  readonly #hasTexts = new Set<number>();
  #next: Wanted | null = null;
  #last: Wanted | null = null;
  /** What was asked last beside that, by its kind. */
  readonly #asked = new Map<string, LineRequest | RankRequest>();
  #isBusy = false;
  #id = 0;

  constructor(worker: Receiver, source: CourierSource) {
    this.#worker = worker;
    this.#source = source;
  }

  send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  async show(wanted: Wanted): Promise<void> {
    this.#next = wanted;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#go();
    } catch (error) {
      this.#isBusy = false;
      throw error;
    }
  }

  /**
   * Asks for what is computed beside what is shown, once the worker has what it takes; not where another
   * question of that kind comes meanwhile.
   *
   * @throws Error as {@link needRaw}.
   */
  async ask(question: LineRequest | RankRequest): Promise<void> {
    this.#asked.set(question.kind, question);
    await this.needRaw(question.run, question.layers);
    if (this.#asked.get(question.kind) === question) this.send(question);
  }

  /** Whatever was asked for has been answered. */
  answered(): void {
    this.#isBusy = false;
    if (this.#next !== null) void this.show(this.#next);
  }

  async #go(): Promise<void> {
    const wanted = this.#next;
    if (wanted === null) return;
    this.#next = null;
    this.#last = wanted;
    await this.needRaw(wanted.run, wanted.layers);
    if (wanted.other !== null) await this.needRaw(wanted.other.run, wanted.other.layers);
    const request: ShowRequest = { kind: "show", id: ++this.#id, ...wanted };
    this.send(request);
  }

  /** Asks for the same again. */
  async again(): Promise<void> {
    const wanted = this.#next ?? this.#last;
    if (wanted !== null) await this.show(wanted);
  }

  /** The same, where something is searched for. */
  async searchAgain(): Promise<void> {
    if ((this.#next ?? this.#last)?.filter.search !== "") await this.again();
  }

  /** Has the search look into the texts. @returns false where there are none to wait for. */
  async needTexts(run: number): Promise<boolean> {
    if (this.#hasTexts.has(run)) return true;
    this.#hasTexts.add(run);
    const texts = await this.#source.texts(run);
    if (texts === null) return false;
    this.send({ kind: "texts", run, texts }, [texts]);
    return true;
  }

  /**
   * Has the worker given the logits without the final norm, before layers of them are asked for: it would
   * compute scores of what is not there.
   *
   * @throws Error where the page was written without them.
   */
  async needRaw(run: number, { projection }: LayerRequest): Promise<void> {
    if (projection !== "raw") return;
    const sent = this.#raw.get(run) ?? this.#sendRaw(run);
    this.#raw.set(run, sent);
    try {
      await sent;
    } catch (error) {
      if (this.#raw.get(run) === sent) this.#raw.delete(run);
      throw error;
    }
  }

  async #sendRaw(run: number): Promise<void> {
    const raw = await this.#source.block(run, "raw");
    if (raw === null) {
      throw new Error(
        "the logits without the final norm are not in this file: lager view shows them from the run",
      );
    }
    this.send({ kind: "raw", run, raw }, [raw]);
  }
}
