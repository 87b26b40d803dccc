import { expect } from "vitest";
import { type ErrorCode, LagerError } from "../../src/base/errors.ts";

/** Awaits a rejection with a LagerError of that code, and returns it. */
export async function rejection(work: Promise<unknown>, code: ErrorCode): Promise<LagerError> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome)) throw new Error(`${code} was expected, but the call succeeded`);
  expect(outcome.error).toBeInstanceOf(LagerError);
  const error = outcome.error as LagerError;
  expect({ code: error.code, message: error.message }).toMatchObject({ code });
  return error;
}

/** The same of a call that throws. */
export function thrown(work: () => unknown, code: ErrorCode): Promise<LagerError> {
  return rejection(
    new Promise((resolve) => {
      resolve(work());
    }),
    code,
  );
}
