import { readPlan } from "./plan-format.ts";
import type { RunStatus } from "./result.ts";
import { type RunFolder, shardState } from "./run-folder.ts";

/**
 * How much of a run the store holds.
 *
 * @throws LagerError as {@link readPlan}.
 */
export async function runStatus(folder: RunFolder): Promise<RunStatus> {
  const { shards } = await readPlan(folder.plan);
  const parts = await folder.parts();
  const done = shards.filter((shard) => shardState(parts, shard).missing.length === 0);
  const sum = (of: readonly { readonly records: number }[]) =>
    of.reduce((records, shard) => records + shard.records, 0);
  return {
    shards: shards.length,
    shardsDone: done.length,
    records: sum(shards),
    recordsDone: sum(done),
    stopped: await folder.stopped(),
  };
}
