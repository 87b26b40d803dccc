import { createHash } from "node:crypto";
import type { Task } from "../../input/task/task.ts";
import { taskToObject } from "../../input/task/task-object.ts";

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

/** What of a task decides the prompts and the labels; the rest only says where things are in a record. */
const SEEN_BY_THE_JUDGE = [
  "description",
  "scale",
  "criteria",
  "prompt",
  "system",
  "answerPrefix",
] as const;

/**
 * SHA-256 of what the judge sees of a task, lower-case hex: two tasks with the same one put the
 * same prompts to the judge for the same texts. Independent of the order of keys.
 */
export function taskSha256(task: Task): string {
  const fields = taskToObject(task);
  const seen = SEEN_BY_THE_JUDGE.map((key) => [key, fields[key] ?? null]);
  if (fields.answers !== undefined) seen.push(["answers", fields.answers]);
  return createHash("sha256").update(canonicalJson(seen)).digest("hex");
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
