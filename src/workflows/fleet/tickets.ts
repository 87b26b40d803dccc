import type { ConnectionOptions, Queue } from "bullmq";
import { errorMessage, LagerError } from "../../base/errors.ts";
import type { FleetStatus } from "./result.ts";
import { halvesOf, type Piece, pieceName } from "./run-folder.ts";

/** What all keys in Redis begin with, for its access rules: `~lager:*`. */
export const QUEUE_PREFIX = "lager";

/** Tickets that are sent to Redis at once. */
const BATCH = 1000;
/** A ticket that failed with an error is tried so often before its piece is halved. */
const ATTEMPTS = 2;
const FIRST_RETRY_MS = 500;
/** Attempts to connect before a command gives up. */
const CONNECT_ATTEMPTS = 5;

/**
 * BullMQ, which is not installed with this package.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export async function loadBullmq() {
  try {
    await import("ioredis");
    const { Queue, WaitingError, Worker } = await import("bullmq");
    return { Queue, WaitingError, Worker };
  } catch (cause) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "a queue needs BullMQ and its client, which are not installed: npm install bullmq ioredis",
      { cause },
    );
  }
}

/**
 * How Redis is reached.
 *
 * @param until a server that is away is waited for until this is aborted; null: a few attempts.
 */
export function queueConnection(url: string, until: AbortSignal | null): ConnectionOptions {
  const isPatient = (times: number) => (until === null ? times < CONNECT_ATTEMPTS : !until.aborted);
  return {
    url: checkedUrl(url),
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => (isPatient(times) ? Math.min(times * 100, 1000) : null),
  };
}

function checkedUrl(url: string): string {
  if (/^rediss?:\/\//i.test(url) && URL.canParse(url)) return url;
  // Not shown: it may hold a password.
  const what = "a queue is the URL of a Redis server: redis://host:6379, or rediss:// for TLS";
  throw new LagerError("INVALID_ARGUMENT", what);
}

/** How many tickets of a run are in which state. */
export type TicketCounts = Omit<NonNullable<FleetStatus["queue"]>, "workers">;

/**
 * The tickets of one run. A ticket says which records of which shard are to be scored; texts and results
 * are never in it. Losing all of them loses nothing: what is missing is known from the store.
 */
export class Tickets implements AsyncDisposable {
  readonly #queue: Queue<Piece>;

  private constructor(queue: Queue<Piece>) {
    this.#queue = queue;
  }

  /**
   * Connects to a run's queue.
   *
   * @param until as {@link queueConnection} has it. Default: null.
   * @throws LagerError `INVALID_ARGUMENT` where the server cannot be reached.
   */
  static async open(url: string, run: string, until: AbortSignal | null = null): Promise<Tickets> {
    const { Queue } = await loadBullmq();
    const connection = queueConnection(url, until);
    const queue = new Queue<Piece>(run, { connection, prefix: QUEUE_PREFIX });
    // What goes wrong is told by the call that it happens to.
    queue.on("error", () => {});
    try {
      await queue.waitUntilReady();
    } catch (cause) {
      await queue.close().catch(() => {});
      const { host } = new URL(url);
      const what = `the queue at ${host} cannot be used: ${errorMessage(cause)}`;
      throw new LagerError("INVALID_ARGUMENT", what, { cause });
    }
    return new Tickets(queue);
  }

  /** Adds tickets, in this order; those that are there already stay as they are. */
  async feed(pieces: readonly Piece[]): Promise<void> {
    for (let start = 0; start < pieces.length; start += BATCH) {
      const batch = pieces.slice(start, start + BATCH).map((piece) => ({
        name: "score",
        data: piece,
        opts: {
          jobId: pieceName(piece),
          attempts: ATTEMPTS,
          backoff: { type: "exponential", delay: FIRST_RETRY_MS },
          removeOnComplete: true,
        },
      }));
      await this.#queue.addBulk(batch);
    }
  }

  async counts(): Promise<TicketCounts> {
    const counts = await this.#queue.getJobCounts("wait", "delayed", "active", "failed");
    const { wait = 0, delayed = 0, active = 0, failed = 0 } = counts;
    return { waiting: wait + delayed, active, failed };
  }

  /** Machines that are connected. */
  async workers(): Promise<number> {
    return (await this.#queue.getWorkers()).length;
  }

  /**
   * Cuts failed pieces in half, until the record that fails is alone; then `giveUp` is told of it. Several
   * machines may do this at once.
   */
  async isolate(giveUp: (piece: Piece, reason: string) => Promise<void>): Promise<void> {
    for (const job of await this.#queue.getFailed(0, BATCH)) {
      const piece = job.data;
      if (piece.to - piece.from > 1) await this.feed(halvesOf(piece));
      else await giveUp(piece, job.failedReason ?? "it is not known why");
      await job.remove().catch(() => {});
    }
  }

  /** Takes back all tickets; machines end the pieces that they have. */
  async clear(): Promise<void> {
    await this.#queue.obliterate({ force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.close();
  }
}
