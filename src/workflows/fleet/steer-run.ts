import { readPlan } from "./plan-format.ts";
import type { FleetStatus } from "./result.ts";
import { RunFolder } from "./run-folder.ts";
import { runStatus } from "./run-status.ts";
import { Tickets } from "./tickets.ts";
import { missingPieces } from "./work-on-run.ts";

/** A run of a store, and where its tickets are. */
export interface FleetRun {
  readonly store: string;
  readonly run: string;
  /** URL of the Redis server; undefined: there is none. */
  readonly queue: string | undefined;
}

/**
 * Makes tickets for all that a run's store does not have yet.
 *
 * @returns how many.
 * @throws LagerError `INVALID_ARGUMENT`, and as {@link readPlan}.
 */
export async function feedRun({ store, run, queue }: FleetRun): Promise<number> {
  const folder = await RunFolder.find(store, run);
  const missing = await missingPieces(folder, (await readPlan(folder.plan)).shards);
  if (queue === undefined) return missing.length;
  await using tickets = await Tickets.open(queue, run);
  await tickets.feed(missing);
  return missing.length;
}

/** Stops a run for all machines, after the shards that they have; what is scored stays in the store. */
export async function cancelRun({ store, run, queue }: FleetRun): Promise<void> {
  const folder = await RunFolder.find(store, run);
  await folder.stop("it was cancelled; lager fleet retry lets it go on");
  if (queue === undefined) return;
  await using tickets = await Tickets.open(queue, run);
  await tickets.clear();
}

/**
 * Lets a run go on that was stopped, and has the records tried again that were given up.
 *
 * @returns tickets that were made.
 */
export async function retryRun(fleet: FleetRun): Promise<number> {
  const folder = await RunFolder.find(fleet.store, fleet.run);
  await folder.forgetDied();
  await folder.unstop();
  return feedRun(fleet);
}

/** How far a run is, and what its queue says, where there is one. */
export async function fleetStatus({ store, run, queue }: FleetRun): Promise<FleetStatus> {
  const status = await runStatus(await RunFolder.find(store, run));
  if (queue === undefined) return { ...status, queue: null };
  await using tickets = await Tickets.open(queue, run);
  return { ...status, queue: { ...(await tickets.counts()), workers: await tickets.workers() } };
}
