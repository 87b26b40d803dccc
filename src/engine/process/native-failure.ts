import type { ErrorCode } from "../../base/errors.ts";

/** An error as the addon itself throws them: with a code, to which the caller adds what was done. */
export class NativeFailure extends Error {
  readonly code: string;

  /** @param code - also one from the child, which whoever reads it checks. */
  constructor(code: ErrorCode | (string & {}), message: string, cause?: string) {
    super(message, cause === undefined ? {} : { cause: new Error(cause) });
    this.code = code;
  }
}
