import type { ShowRequest, ToWorker } from "./messages.ts";
import type { LayerRequest } from "./run-share.ts";
import type { Source } from "./source.ts";

/** What is asked of the worker: what the page shows. */
export type Wanted = Omit<ShowRequest, "kind" | "id">;

/** Talks to the worker: one request at a time, and of those that come meanwhile the last. */
export class Courier {
  readonly #worker: Worker;
  readonly #source: Source;
  readonly #hasRaw = new Set<number>();
  readonly #hasTexts = new Set<number>();
  #next: Wanted | null = null;
  #last: Wanted | null = null;
  #isBusy = false;
  #id = 0;

  constructor(worker: Worker, source: Source) {
    this.#worker = worker;
    this.#source = source;
  }

  send(message: ToWorker, transfer: Transferable[] = []): void {
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

  /** @throws Error where the page was written without them. */
  async needRaw(run: number, { projection }: LayerRequest): Promise<void> {
    if (projection !== "raw" || this.#hasRaw.has(run)) return;
    const raw = await this.#source.block(run, "raw");
    if (raw === null) {
      throw new Error(
        "the logits without the final norm are not in this file: lager view shows them from the run",
      );
    }
    this.#hasRaw.add(run);
    this.send({ kind: "raw", run, raw }, [raw]);
  }
}
