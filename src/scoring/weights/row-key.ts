import { createHash } from "node:crypto";

/**
 * Names one labelled row (a record on a criterion) without showing its id: 64 bits of a SHA-256, as
 * 11 characters of base64url.
 *
 * Ids alone would not do: records without an id are numbered, and the third record of two data sets
 * is not the same. Prompt length and human score tell such rows apart, and are the same on every
 * machine. A prompt that was changed gives other keys for the same record.
 */
export function rowKey(row: {
  readonly id: string;
  readonly criterion: string;
  readonly promptTokens: number;
  readonly human?: number | undefined;
}): string {
  const facts = [row.id, row.criterion, row.promptTokens, row.human ?? null];
  return createHash("sha256")
    .update(JSON.stringify(facts))
    .digest()
    .subarray(0, 8)
    .toString("base64url");
}
