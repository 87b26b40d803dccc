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
  /** What the judge wrote, when there is no score in it. */
  readonly generated?: string;
}

/** The failure of a record, or of one criterion of it. */
export function failure(id: string, criterion: string | null, error: LagerError): Failure {
  return { kind: "failure", id, criterion, code: error.code, message: error.message };
}
