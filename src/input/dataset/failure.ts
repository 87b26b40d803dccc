import type { ErrorCode, LagerError } from "../../base/errors.ts";

/** A record, or one criterion of it, that has no score: a value among the others, not an exception. */
export interface Failure {
  readonly kind: "failure";
  /** Of the record; its number in the input, counted from 1, where the id cannot be told. */
  readonly id: string;
  /** Null for the whole record. */
  readonly criterion: string | null;
  readonly code: ErrorCode;
  /** What was wrong, and where. */
  readonly message: string;
  /** As a score's; of the record as JSON where there is no prompt. None where there is no record. */
  readonly inputHash?: string | undefined;
  /** What the judge wrote, when there is no score in it. */
  readonly generated?: string;
  /** As a score's. */
  readonly class?: number | undefined;
}

/** The failure of a record, or of one criterion of it. */
export function failure(
  id: string,
  criterion: string | null,
  error: LagerError,
  inputHash?: string,
): Failure {
  const { code, message } = error;
  return {
    kind: "failure",
    ...{ id, criterion, code, message },
    ...(inputHash !== undefined && { inputHash }),
  };
}
