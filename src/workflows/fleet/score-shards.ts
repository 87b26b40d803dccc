import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { checkOutput } from "../../base/output-checks.ts";
import { OutputLock } from "../../base/output-lock.ts";
import type { ScoreToRunProgress } from "../score-run/score-to-run.ts";
import { type Plan, readPlan, type Shard } from "./plan-format.ts";
import type { ShardsScored } from "./result.ts";
import { RunFolder, shardState, wholePiece } from "./run-folder.ts";
import { noShard, ShardScorer, type ShardScorerOptions, type StoredPiece } from "./shard-scorer.ts";

/** Which shards of a plan: one, or each of a number of machines its share of them. */
export interface ShardChoice {
  readonly number: number;
  /** Machines that share the shards; null: only the shard of that number. */
  readonly of: number | null;
}

/** How shards are scored where something else than a queue hands them out. */
export interface ScoreShardsOptions extends ShardScorerOptions {
  readonly shard: ShardChoice;
  /** A run file for one shard, instead of the store. */
  readonly output?: string | undefined;
  /** Replace that file if it exists. Default: false. */
  readonly force?: boolean | undefined;
  readonly onProgress?: ((progress: ScoreToRunProgress) => void) | undefined;
}

/**
 * Scores shards of a plan, largest first. Those that the store has are left out, so that a job which was
 * ended can be started again as it is.
 *
 * @param plan the plan's file, in the folder of its run.
 * @throws LagerError `INVALID_ARGUMENT`, and as {@link ShardScorer.open} and `scoreToRun`.
 */
export async function scoreShards(
  plan: string,
  options: ScoreShardsOptions,
): Promise<ShardsScored> {
  const { shard, output, force = false, onProgress, ...scorer } = options;
  const folder = new RunFolder(path.dirname(plan));
  const chosen = chosenShards(await readPlan(plan), shard);
  const { signal } = options;
  if (output !== undefined) {
    const [only, ...others] = chosen;
    if (only === undefined || others.length > 0) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        "a run file holds one shard: leave out -o, and the store has them all",
      );
    }
    await using lock = await OutputLock.acquire(output);
    await checkOutput(output, force);
    await using loaded = await ShardScorer.open(folder, scorer);
    const how = { signal, onProgress, force, lock };
    const { lines, failed } = await loaded.score(wholePiece(only), output, how);
    return { scored: 1, found: 0, results: lines, failures: failed };
  }
  const parts = await folder.parts();
  const missing = chosen.filter((each) => shardState(parts, each).missing.length > 0);
  const done = { scored: 0, found: chosen.length - missing.length, results: 0, failures: 0 };
  if (missing.length === 0) return done;
  await using loaded = await ShardScorer.open(folder, scorer);
  for (const each of missing) {
    addPiece(done, await loaded.scoreIntoStore(wholePiece(each), { signal, onProgress }));
  }
  return done;
}

/** Counts a piece that is in the store. */
export function addPiece(
  done: { -readonly [Name in keyof ShardsScored]: ShardsScored[Name] },
  { summary, isFirst }: StoredPiece,
): void {
  done[isFirst ? "scored" : "found"]++;
  done.results += summary.lines;
  done.failures += summary.failed;
}

/** Shards with the most bytes first: the last ones to end are then short. */
export function longestFirst(shards: readonly Shard[]): Shard[] {
  return shards.toSorted((a, b) => b.bytes - a.bytes || a.number - b.number);
}

function chosenShards(plan: Plan, { number, of }: ShardChoice): Shard[] {
  if (of !== null) return longestFirst(plan.shards).filter((_, rank) => rank % of === number);
  const shard = plan.shards[number];
  if (shard === undefined) throw noShard(number, plan);
  return [shard];
}
