import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "bullmq";
import { type ErrorCode, LagerError } from "../../base/errors.ts";
import type { Shard } from "./plan-format.ts";
import { type Piece, type RunFolder, shardState } from "./run-folder.ts";
import { longestFirst } from "./score-shards.ts";
import { loadBullmq, QUEUE_PREFIX, queueConnection, Tickets } from "./tickets.ts";

/** How a machine works on one run. */
export interface WorkOnRunOptions {
  readonly queue: string;
  /** Scores a piece into the store. */
  readonly score: (piece: Piece, signal: AbortSignal) => Promise<void>;
  /** Writes failures for a record that ended every machine which scored it. */
  readonly giveUp: (piece: Piece, reason: string) => Promise<void>;
  readonly signal: AbortSignal;
  /** Leaves when there was nothing to do for so long. Default: never, unless the run is done. */
  readonly idleExitMs?: number | undefined;
  /** A machine that is not heard of for so long has died. Default: 30 s. */
  readonly lockMs?: number | undefined;
  /** How often the run is looked at while there is nothing to do. Default: 1 s. */
  readonly pollMs?: number | undefined;
}

/** So long a machine that leaves waits for the server, which may go away meanwhile. */
const CLOSE_MS = 5000;
/** A server that does not answer in this time is away. */
const ANSWER_MS = 1000;

/** Why a machine left a run. */
export type WorkEnd = "done" | "stopped" | "idle";

/**
 * Errors of a piece, for which it is tried elsewhere and at last cut. All others are the machine's or
 * the store's: the ticket is given back, and the machine ends.
 */
const PIECE_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["ENGINE_LOST", "INTERNAL"]);

/**
 * Takes tickets of a run until it is done. Tickets that are lost (a Redis that came back without its
 * file) are made again from what the store does not have.
 *
 * @throws LagerError `ABORTED`, and what `score` throws that is not the piece's.
 */
export async function workOnRun(
  run: string,
  folder: RunFolder,
  shards: readonly Shard[],
  options: WorkOnRunOptions,
): Promise<WorkEnd> {
  const { queue, lockMs = 30_000, pollMs = 1000 } = options;
  const { Worker } = await loadBullmq();
  const machine = new Machine(options);
  const tickets = await Tickets.open(queue, run, machine.left);
  const worker = new Worker<Piece>(run, (job, token) => machine.process(job, token), {
    connection: queueConnection(queue, machine.left),
    prefix: QUEUE_PREFIX,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 1,
    runRetryDelay: pollMs,
  });
  // A connection that is lost comes back; what was taken meanwhile is taken again by another.
  worker.on("error", () => {});
  try {
    for (;;) {
      const end = await Promise.race([
        look(folder, shards, tickets, machine, options),
        machine.ended,
      ]);
      if (end !== null) return end;
      await Promise.race([sleep(pollMs), machine.ended]);
    }
  } finally {
    machine.leave();
    // A server that is away cannot be told of the ticket; it finds that nobody holds it any more.
    const isThere = tickets.counts().then(
      () => true,
      () => false,
    );
    const isAway = !(await Promise.race([isThere, sleep(ANSWER_MS, false, { ref: false })]));
    const closed = Promise.allSettled([worker.close(isAway), tickets[Symbol.asyncDispose]()]);
    await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
  }
}

/** What is to be done beside the shard that is being scored; why the machine leaves, or null. */
async function look(
  folder: RunFolder,
  shards: readonly Shard[],
  tickets: Tickets,
  machine: Machine,
  { giveUp, idleExitMs }: WorkOnRunOptions,
): Promise<WorkEnd | null> {
  if ((await folder.stopped()) !== null) return "stopped";
  if (machine.isBusy) return null;
  await tickets.isolate(giveUp);
  const { waiting, active, failed } = await tickets.counts();
  if (waiting + active + failed === 0 && !machine.isBusy) {
    const missing = await missingPieces(folder, shards);
    if (missing.length === 0) return "done";
    await tickets.feed(missing);
  }
  return idleExitMs !== undefined && machine.idleMs >= idleExitMs ? "idle" : null;
}

/** What of a run is to be scored, the largest shards first. */
export async function missingPieces(
  folder: RunFolder,
  shards: readonly Shard[],
): Promise<readonly Piece[]> {
  const parts = await folder.parts();
  return longestFirst(shards).flatMap((shard) => shardState(parts, shard).missing);
}

/** What one machine does with the tickets that it is given, one at a time. */
class Machine {
  /** Rejects with what ends the machine. */
  readonly ended: Promise<never>;
  readonly #options: WorkOnRunOptions;
  readonly #leaving = new AbortController();
  readonly #signal: AbortSignal;
  #end: (error: unknown) => void = () => {};
  #busy = 0;
  #idleSince = performance.now();

  constructor(options: WorkOnRunOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#leaving.signal]);
    this.ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.ended.catch(() => {});
    options.signal.addEventListener("abort", () => {
      this.#end(
        new LagerError("ABORTED", "the work was aborted", { cause: options.signal.reason }),
      );
    });
  }

  /** Aborted when the machine leaves the run. */
  get left(): AbortSignal {
    return this.#leaving.signal;
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  get idleMs(): number {
    return this.isBusy ? 0 : performance.now() - this.#idleSince;
  }

  /** Gives back what it is working on, and takes nothing more. */
  leave(): void {
    this.#leaving.abort(new Error("the machine leaves the run"));
  }

  async process(job: Job<Piece>, token: string | undefined): Promise<void> {
    if (this.#signal.aborted) await giveBack(job, token);
    this.#busy++;
    try {
      await this.#options.score(job.data, this.#signal);
    } catch (error) {
      const isOwn = error instanceof LagerError && !PIECE_ERRORS.has(error.code);
      // An engine that is lost does not come back in this process.
      if (isOwn || (error instanceof LagerError && error.code === "ENGINE_LOST")) {
        this.#leaving.abort(error);
        this.#end(error);
      }
      if (isOwn) await giveBack(job, token);
      throw error;
    } finally {
      this.#busy--;
      this.#idleSince = performance.now();
    }
  }
}

/** Puts a ticket back, without counting it as tried. Always throws. */
async function giveBack(job: Job<Piece>, token: string | undefined): Promise<never> {
  const { WaitingError } = await loadBullmq();
  await job.moveToWait(token);
  throw new WaitingError();
}
