import { countedText } from "../../base/figure-text.ts";
import type {
  CollectedRun,
  FleetStatus,
  PlannedRun,
  ShardsScored,
} from "../../workflows/fleet/result.ts";

/** What became of the data that was submitted. */
export function plannedNote({ run, folder, shards, records, isNew }: PlannedRun): string {
  const what = `${countedText(records, "record")} in ${countedText(shards, "shard")}`;
  return isNew ? `${what}: ${folder}` : `the store has this run already, ${run}: ${what}`;
}

/** What a machine did. */
export function shardsScoredText({ scored, found, results, failures }: ShardsScored): string {
  const done = `${countedText(scored, "shard")} scored, ${countedText(results, "result")}`;
  const failed = failures === 0 ? "" : `, ${failures} of them failed`;
  return `${done}${failed}; ${found} ${found === 1 ? "was" : "were"} there already\n`;
}

/** How far a run is. */
export function fleetStatusText(status: FleetStatus): string {
  const { shards, shardsDone, records, recordsDone, stopped, queue } = status;
  const lines = [
    `${shardsDone} of ${countedText(shards, "shard")} done, ${recordsDone} of ${countedText(records, "record")}`,
    ...(queue === null
      ? []
      : [
          `${countedText(queue.workers, "machine")}; tickets: ${queue.active} in work, ` +
            `${queue.waiting} waiting, ${queue.failed} failed`,
        ]),
    ...(stopped === null ? [] : [`stopped: ${stopped}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a run goes on with. */
export function ticketsText(count: number): string {
  return count === 0 ? "all of it is scored\n" : `${countedText(count, "ticket")} to score\n`;
}

/** What was put together. */
export function collectedText({ scores, failures, shards, missing }: CollectedRun): string {
  const whole = `${countedText(scores, "score")}, ${countedText(failures, "failure")} of ${countedText(shards, "shard")}`;
  if (missing.length === 0) return `${whole}\n`;
  const first = missing.slice(0, 10).join(", ");
  const more = missing.length > 10 ? ", …" : "";
  return `${whole}; ${countedText(missing.length, "shard")} missing: ${first}${more}\n`;
}
