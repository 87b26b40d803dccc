import { LagerError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { JsonFields } from "../../base/json-fields.ts";
import { readLines } from "../../run/read-lines.ts";
import type { PlannedRating } from "./result.ts";

/**
 * Reads what `lager label plan` wrote: JSON Lines of a record's id and a criterion.
 *
 * @throws LagerError `UNREADABLE_FILE`; `MALFORMED_RECORD` or `INVALID_FIELD` with the line.
 */
export async function readPlan(file: string): Promise<PlannedRating[]> {
  const plan: PlannedRating[] = [];
  for await (const { number, bytes } of readLines(file)) {
    if (bytes.length === 0) continue;
    const place = { file, line: number };
    const value = parseJson(bytes, (reason, cause) => {
      const what = `the line is not JSON (${reason}): a plan is what lager label plan writes`;
      return new LagerError("MALFORMED_RECORD", what, { place, cause });
    });
    const fields = new JsonFields(value, {
      code: "INVALID_FIELD",
      whole: "a planned rating",
      place,
    });
    plan.push({ id: fields.string("id"), criterion: fields.string("criterion") });
  }
  return plan;
}
