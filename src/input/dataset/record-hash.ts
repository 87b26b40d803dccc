import { shortHash } from "../../base/short-hash.ts";

/** What a failure says it comes from where there is no prompt: the hash of the record as JSON. */
export function recordHash(value: unknown): string {
  return shortHash(`record ${jsonOf(value)}`);
}

/** A program's record may be no JSON: it holds itself, or a getter that throws. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, each: unknown) =>
      typeof each === "bigint" ? String(each) : each,
    );
  } catch {
    return undefined;
  }
}
