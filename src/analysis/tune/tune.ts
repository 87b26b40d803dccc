import { checkArguments } from "../../base/arguments.ts";
import { publicCall } from "../../base/public-call.ts";
import { RUN_TABLE } from "../../run/run-shapes.ts";
import type { RunTable } from "../../run/run-table.ts";
import type { Weights } from "../../scoring/weights/weights-format.ts";
import type { TuneOptions } from "./learn-weights.ts";

/**
 * Learns layer weights from a run's human scores, and checks them in cross-validation, which holds out
 * whole groups of records, against equal weights and the e-score.
 *
 * @throws LagerError `NO_GAIN` when they do worse than one of those and that is not allowed;
 *   `INVALID_ARGUMENT` when there are too few labels, or none;
 *   `WEIGHTS_MISMATCH` with `from`; `CAPTURE_INCOMPLETE`, `ABORTED`.
 */
export async function tune(table: RunTable, options: TuneOptions = {}): Promise<Weights> {
  checkArguments("tune", { table: [table, RUN_TABLE] });
  return publicCall("tune", options, async (own) => {
    // Loaded when it is called: a program that only scores does not wait for the recipes.
    const { learnWeights } = await import("./learn-weights.ts");
    return learnWeights(table, own);
  });
}
