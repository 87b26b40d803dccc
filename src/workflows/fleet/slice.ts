import { createHash } from "node:crypto";
import { isErrorCode, LagerError } from "../../base/errors.ts";
import { readWhole } from "../../base/files.ts";
import { parseJson } from "../../base/json.ts";
import { JsonFields } from "../../base/json-fields.ts";
import type { Entry } from "../../input/dataset/dataset.ts";
import { failure } from "../../input/dataset/failure.ts";
import { parseAs } from "../../input/dataset/parse-record.ts";
import type { PlanHeader, Shard } from "./plan-format.ts";

/**
 * A slice holds a shard's records as JSON Lines, as the data set's reader gave them. Ids, line numbers
 * and failures (duplicate ids among them) are settled there, so that a shard says of its records what a
 * single run says.
 */
export function formatSliceLine(entry: Entry): string {
  if (entry.kind === "failure") return JSON.stringify(entry);
  const { id, place, raw } = entry;
  return JSON.stringify({ kind: "record", id, line: place.line, raw });
}

/** SHA-256 of a slice file, lower-case hex. */
export function sliceSha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The records of a shard.
 *
 * @throws LagerError `UNREADABLE_FILE`; `INPUT_CHANGED` where the slice is not the plan's.
 */
export async function readSlice(
  file: string,
  { task, source }: PlanHeader,
  shard: Shard,
): Promise<Entry[]> {
  const bytes = await readWhole(file, "the slice");
  if (sliceSha256(bytes) !== shard.sha256) {
    throw new LagerError(
      "INPUT_CHANGED",
      "this is not the slice that the plan names: remove the folder of the run, and submit it again",
      {
        place: { file },
      },
    );
  }
  const lines = bytes.toString("utf8").trimEnd().split("\n");
  return lines.map((line, i): Entry => {
    const place = { file, line: i + 1 };
    const wrong = (reason: string, cause?: unknown) =>
      new LagerError("INPUT_CHANGED", `this is no slice: ${reason}`, { place, cause });
    const value = parseJson(line, wrong);
    const fields = new JsonFields(value, { code: "INPUT_CHANGED", whole: "a slice's line", place });
    const id = fields.string("id");
    if (fields.value("kind") === "record") {
      return parseAs(id, fields.value("raw"), task, {
        file: source,
        ...(fields.has("line") && { line: fields.integer("line", 1) }),
      });
    }
    const code = fields.value("code");
    if (!isErrorCode(code)) throw wrong("it has a failure without a code");
    const hash = fields.has("inputHash") ? fields.string("inputHash") : undefined;
    return failure(id, null, new LagerError(code, fields.string("message")), hash);
  });
}
