import { setTimeout as sleep } from "node:timers/promises";
import { LagerError } from "../../base/errors.ts";
import type { Silence } from "./silence.ts";

/** Tries in a row that come to nothing, before it is given up. */
const MOST_FAILURES = 5;
/** Milliseconds before the second try; twice as many before each further one. */
const FIRST_WAIT_MS = 250;

/**
 * Tries until there is a value.
 *
 * @param attempt throws LagerError where no further try would help, any other error where one may.
 * @param hasComeOn whether the last try brought it forward, so that failures are counted anew.
 * @throws the last error, the LagerError of `attempt`, or the reason of the silence's signal.
 */
export async function tried<T>(
  silence: Silence,
  attempt: () => Promise<T>,
  hasComeOn: () => boolean = () => false,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof LagerError) throw error;
      silence.signal.throwIfAborted();
      if (hasComeOn()) failures = 1;
      if (failures >= MOST_FAILURES) throw error;
      silence.lastError = error;
    }
    await sleep(FIRST_WAIT_MS * 2 ** (failures - 1), undefined, { signal: silence.signal }).catch(
      () => silence.signal.throwIfAborted(),
    );
  }
}

/**
 * The error of a status that no answer of ours can have, for {@link tried}.
 *
 * @param isOfRequest whether the next request is another one, so that it may be answered otherwise.
 * @returns LagerError `DOWNLOAD_FAILED`, or another error where one more try may help.
 */
export function statusError(
  { status, statusText }: Response,
  host: string,
  isOfRequest = false,
): Error {
  const shown = `${status} ${statusText}`.trim();
  const hint = {
    401: ": it wants an access token",
    403: ": it does not let this access token in",
    404: ": it has no such file",
    429: ": it is asked too often",
  }[status];
  const error = new Error(`${host} answers ${shown}${hint ?? ""}`);
  const mayPass = isOfRequest || status >= 500 || status === 408 || status === 429;
  return mayPass ? error : new LagerError("DOWNLOAD_FAILED", error.message, { cause: error });
}
