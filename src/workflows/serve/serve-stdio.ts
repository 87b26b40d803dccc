import type { Readable } from "node:stream";
import { LagerError } from "../../base/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../base/json.ts";
import { LineScanner } from "../../input/dataset/record-scanners.ts";
import { type RecordSlice, splitRecords } from "../../input/dataset/split-records.ts";
import type { ScoreItem } from "../../judge/items.ts";
import type { TaskChoice } from "../../judge/score-options.ts";
import { requireShape } from "./request-schemas.ts";
import type { IndexedOutcome, ScoreService } from "./score-service.ts";
import { servedError } from "./served-outcome.ts";

/** Changes when a client would have to. */
export const STDIO_PROTOCOL = 1;
/** A line is no larger; what is larger is answered with an error. */
const LARGEST_LINE = 64 * 2 ** 20;
const PROGRESS_MS = 250;
const CARRIAGE_RETURN = 0x0d;
/** What a line may ask for; each is a definition of the schema, too. */
const METHODS = ["score", "scoreMany", "cancel", "tasks", "health"] as const;

type RequestId = string | number;

/** How a service speaks with one client over pipes. */
export interface StdioOptions {
  readonly input: Readable;
  /** Writes a line of JSON; resolves when it is out. */
  readonly write: (json: string) => Promise<void>;
  /** Ends it: no more is read, and what runs has a while left. */
  readonly signal: AbortSignal;
}

/** A request to score, as the schema has it. */
interface ScoreLine {
  readonly id: RequestId;
  readonly item?: ScoreItem;
  readonly items?: readonly ScoreItem[];
  readonly task?: TaskChoice;
  readonly criteria?: readonly string[];
  readonly progress?: boolean;
}

/**
 * Serves one client by JSON Lines, until its input ends and all that it asked for is answered. A line that
 * is broken is answered with an error. Reading pauses while as many items wait as may.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT` when nobody reads the answers any more.
 */
export async function serveStdio(service: ScoreService, options: StdioOptions): Promise<void> {
  await new StdioClient(service, options).serve();
}

class StdioClient {
  readonly #service: ScoreService;
  readonly #options: StdioOptions;
  readonly #running = new Map<RequestId, AbortController>();
  readonly #answers = new Set<Promise<void>>();
  #lastWrite: Promise<void> = Promise.resolve();
  #unwritable: { readonly error: unknown } | null = null;

  constructor(service: ScoreService, options: StdioOptions) {
    this.#service = service;
    this.#options = options;
  }

  async serve(): Promise<void> {
    const { input, signal } = this.#options;
    const stop = () => void input.destroy();
    signal.addEventListener("abort", stop, { once: true });
    await this.#write({ type: "hello", protocol: STDIO_PROTOCOL, ...this.#service.facts });
    try {
      if (!signal.aborted) {
        for await (const line of splitRecords(input, new LineScanner(), LARGEST_LINE)) {
          await this.#take(line);
        }
      }
    } catch (error) {
      // Input that was destroyed from here ends early.
      if (!signal.aborted && this.#unwritable === null) throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) await this.#service.close();
    await Promise.all(this.#answers);
    await this.#lastWrite.catch(() => {});
    if (this.#unwritable !== null) throw this.#unwritable.error;
  }

  /** Answers a line; of what takes long it only waits for the room to begin. */
  async #take({ bytes, problem }: RecordSlice): Promise<void> {
    const isBlank = bytes.length === 0 || (bytes.length === 1 && bytes[0] === CARRIAGE_RETURN);
    if (isBlank && problem === undefined) return;
    let id: RequestId | null = null;
    try {
      const request = readLine(bytes, problem);
      id = idOf(request);
      if (id !== null && this.#running.has(id)) {
        const taken = id;
        id = null;
        throw invalid(`the request ${JSON.stringify(taken)} still runs: choose another id`, "id");
      }
      await this.#answer(request);
    } catch (error) {
      await this.#writeError(id, error);
    }
  }

  async #answer(request: JsonObject): Promise<void> {
    const method = METHODS.find((each) => each === request.method);
    if (method === undefined) throw invalid(`a method is one of ${METHODS.join(", ")}`, "method");
    requireShape(method, request);
    switch (method) {
      case "score":
      case "scoreMany":
        return this.#begin(request as unknown as ScoreLine);
      case "cancel": {
        const running = this.#running.get(request.request as RequestId);
        running?.abort(new Error("cancelled by its client"));
        return this.#writeResult(request.id, { cancelled: running !== undefined });
      }
      case "tasks":
        return this.#writeResult(request.id, { tasks: await this.#service.tasks() });
      case "health":
        return this.#writeResult(request.id, { ...this.#service.health() });
    }
  }

  async #begin(line: ScoreLine): Promise<void> {
    const stop = new AbortController();
    this.#running.set(line.id, stop);
    await this.#service.dispatcher.untilRoom(line.items?.length ?? 1, this.#options.signal);
    const answer = this.#score(line, stop.signal)
      .catch((error: unknown) => {
        this.#running.delete(line.id);
        return this.#writeError(line.id, error);
      })
      // What cannot be written is remembered.
      .catch(() => {})
      .finally(() => this.#answers.delete(answer));
    this.#answers.add(answer);
  }

  async #score(line: ScoreLine, signal: AbortSignal): Promise<void> {
    const { id, item, task, criteria } = line;
    const outcomes = await this.#service.score({
      ...{ task, criteria, signal, client: this, items: line.items ?? [item ?? {}] },
      ...(line.progress === true && { onProgress: this.#progressOf(id) }),
    });
    const counts = { scores: 0, failures: 0 };
    const all: IndexedOutcome["outcome"][] = [];
    for await (const { index, outcome } of outcomes) {
      if (outcome.kind === "score") counts.scores++;
      else counts.failures++;
      if (item === undefined) await this.#write({ type: "outcome", id, index, outcome });
      else all.push(outcome);
    }
    // An id is free again as soon as its client can know that.
    this.#running.delete(id);
    await this.#writeResult(id, item === undefined ? counts : { outcomes: all });
  }

  #progressOf(id: RequestId): (progress: { done: number; total: number }) => void {
    let shownAt = Number.NEGATIVE_INFINITY;
    return ({ done, total }) => {
      const now = performance.now();
      if (done < total && now - shownAt < PROGRESS_MS) return;
      shownAt = now;
      this.#write({ type: "progress", id, done, total }).catch(() => {});
    };
  }

  #writeResult(id: unknown, result: JsonObject): Promise<void> {
    return this.#write({ type: "result", id, ...result });
  }

  #writeError(id: RequestId | null, error: unknown): Promise<void> {
    return this.#write({ type: "error", id, ...servedError(error) });
  }

  /** Writes a message; what waits to be written is what clients have to wait for. */
  #write(message: JsonObject): Promise<void> {
    const written = this.#options.write(JSON.stringify(message)).catch((error: unknown) => {
      this.#unwritable ??= { error };
      for (const running of this.#running.values()) running.abort(error);
      this.#options.input.destroy();
      throw error;
    });
    this.#lastWrite = written;
    return written;
  }
}

function readLine(bytes: Buffer, problem: string | undefined): JsonObject {
  if (problem !== undefined) throw invalid(problem);
  const value = parseJson(bytes, (reason) => invalid(`not valid JSON: ${reason}`));
  if (!isObject(value)) throw invalid("a request is an object");
  return value;
}

/** Null where it is none. */
function idOf({ id }: JsonObject): RequestId | null {
  return typeof id === "string" || Number.isInteger(id) ? (id as RequestId) : null;
}

function invalid(message: string, field?: string): LagerError {
  return new LagerError("INVALID_ARGUMENT", message, {
    place: field === undefined ? {} : { field },
  });
}
