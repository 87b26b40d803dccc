import { shortHash } from "../../base/short-hash.ts";

/** What a failure says it comes from where there is no prompt: the hash of the record as JSON. */
export function recordHash(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? String(each) : each,
  );
  return shortHash(`record ${text}`);
}
