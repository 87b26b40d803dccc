import { setTimeout as sleep } from "node:timers/promises";
import type { Silence } from "./silence.ts";

/** Tries in a row that come to nothing, before it is given up. */
const MOST_FAILURES = 5;
/** Milliseconds before the second try; twice as many before each further one. */
const FIRST_WAIT_MS = 250;

/** What a try gave: a value, or an error after which another one may help. */
export type Attempt<T> = { readonly value: T } | { readonly retry: Error };

/**
 * Tries until there is a value.
 *
 * @param attempt throws what no further try would help against.
 * @param hasComeOn whether the last try brought it forward, so that failures are counted anew.
 * @throws the last error, what `attempt` throws, or the reason of the silence's signal.
 */
export async function tried<T>(
  silence: Silence,
  attempt: () => Promise<Attempt<T>>,
  hasComeOn: () => boolean = () => false,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    const made = await attempt();
    if ("value" in made) return made.value;
    silence.signal.throwIfAborted();
    if (hasComeOn()) failures = 1;
    if (failures >= MOST_FAILURES) throw made.retry;
    silence.lastError = made.retry;
    await sleep(FIRST_WAIT_MS * 2 ** (failures - 1), undefined, { signal: silence.signal }).catch(
      () => silence.signal.throwIfAborted(),
    );
  }
}

/** The error of a status that no answer of ours can have; whether another try may help. */
export function statusError(
  { status, statusText }: Response,
  host: string,
): {
  readonly error: Error;
  readonly mayPass: boolean;
} {
  const shown = `${status} ${statusText}`.trim();
  const hint = {
    401: ": it wants an access token",
    403: ": it does not let this access token in",
    404: ": it has no such file",
    429: ": it is asked too often",
  }[status];
  return {
    error: new Error(`${host} answers ${shown}${hint ?? ""}`),
    mayPass: status >= 500 || status === 408 || status === 429,
  };
}

/** An error of the network as it comes out of `fetch` and of bodies. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
