import { readdir, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { throwIfAborted } from "../../base/errors.ts";
import type { ScoreToRunProgress } from "../score-run/score-to-run.ts";
import { readPlan } from "./plan-format.ts";
import type { ShardsScored } from "./result.ts";
import { isRunId, RunFolder, storeFolder } from "./run-folder.ts";
import { addPiece } from "./score-shards.ts";
import { ShardScorer, type ShardScorerOptions } from "./shard-scorer.ts";
import { Tickets } from "./tickets.ts";
import { missingPieces, workOnRun } from "./work-on-run.ts";

/** How a machine works for a fleet. */
export interface FleetWorkerOptions extends ShardScorerOptions {
  readonly store: string;
  /** URL of the Redis server. */
  readonly queue: string;
  /** Work on this run alone, until it is done. Default: on all of the store, one after the other. */
  readonly run?: string | undefined;
  /** End when there was nothing to do for so long. Default: never. */
  readonly idleExitMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Called when a run's judge is loaded. */
  readonly onRun?: ((run: string) => void) | undefined;
  readonly onProgress?: ((progress: ScoreToRunProgress) => void) | undefined;
}

/** How often the store is looked through for runs while there is none. */
const LOOK_MS = 2000;

/**
 * Scores shards for the runs of a store, one judge and one shard at a time.
 *
 * @throws LagerError `MACHINE_MISMATCH` where this machine would compute other bits than a run was begun
 *   with, and as `ShardScorer.open` and {@link workOnRun}.
 */
export async function fleetWorker(options: FleetWorkerOptions): Promise<ShardsScored> {
  const { store, queue, run: only, idleExitMs, signal, onRun, onProgress, ...scorer } = options;
  const done = { scored: 0, found: 0, results: 0, failures: 0 };
  let idleSince = performance.now();
  for (;;) {
    const run = only ?? (await nextRun(store));
    if (run !== null) {
      const folder = await RunFolder.find(store, run);
      // A server that is not there is told of before the judge is loaded; later it is waited for.
      await (await Tickets.open(queue, run))[Symbol.asyncDispose]();
      await using loaded = await ShardScorer.open(folder, { ...scorer, signal });
      onRun?.(run);
      const before = done.scored;
      const end = await workOnRun(run, folder, loaded.plan.shards, {
        ...{ queue, signal, idleExitMs },
        score: async (piece, ended) => {
          addPiece(done, await loaded.scoreIntoStore(piece, { signal: ended, onProgress }));
        },
        giveUp: (piece, reason) => loaded.keepFailed(piece, reason),
      });
      if (only !== undefined || end === "idle") return done;
      if (done.scored > before) idleSince = performance.now();
    }
    if (idleExitMs !== undefined && performance.now() - idleSince >= idleExitMs) return done;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    throwIfAborted(signal, "the work");
  }
}

/** The run of a store that was submitted first, of those that are not done and not stopped. */
async function nextRun(store: string): Promise<string | null> {
  const names = await readdir(storeFolder(store)).catch(() => []);
  const found = names.filter(isRunId).map(async (run) => {
    const folder = await RunFolder.find(store, run);
    return { run, folder, since: (await stat(folder.plan)).mtimeMs };
  });
  const runs = (await Promise.all(found)).toSorted((a, b) => a.since - b.since);
  for (const { run, folder } of runs) {
    if ((await folder.stopped()) !== null) continue;
    if ((await missingPieces(folder, (await readPlan(folder.plan)).shards)).length > 0) return run;
  }
  return null;
}
