import { type PickOptions, pickRatings } from "../../analysis/rating/pick-ratings.ts";
import { lineName } from "../../run/line-key.ts";
import { type ReadRunTableOptions, readRunTable } from "../../run/read-run-table.ts";
import type { PlannedRating } from "./result.ts";

/** How ratings are planned. */
export interface PlanRatingsOptions extends PickOptions, ReadRunTableOptions {}

/**
 * Plans which records of a run people should score first, without looking at any human score. What
 * `lager label plan` does.
 *
 * @param files run files, parts of one run.
 * @returns in the order in which to rate.
 * @throws LagerError as `readRunTable`; `INVALID_ARGUMENT` when there is nothing to rate.
 */
export async function planRatings(
  files: readonly string[],
  options: PlanRatingsOptions,
): Promise<PlannedRating[]> {
  const table = await readRunTable(files, options);
  const lines = await pickRatings(table, options);
  return lines.map((line) => lineName(table, line));
}

/** A plan as JSON Lines. */
export function formatPlan(plan: readonly PlannedRating[]): string {
  return plan.map((planned) => `${JSON.stringify(planned)}\n`).join("");
}
