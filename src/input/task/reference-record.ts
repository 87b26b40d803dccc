import { isObject } from "../../base/json.ts";

/** Name of the built-in task for records of the reference implementation. */
export const REFERENCE_TASK = "reference";

/**
 * True for a record of the LAGER reference implementation: the whole user turn is ready in
 * `user_prompt`, and nothing of it comes in a field of its own. Such records are scored with the
 * built-in task `reference` unless another task is asked for.
 */
export function isReferenceRecord(raw: unknown): boolean {
  return isObject(raw) && typeof raw.user_prompt === "string" && raw.response === undefined;
}
