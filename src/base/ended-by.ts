import { throwIfAborted } from "./errors.ts";

/**
 * Waits for work that has no ear for a signal, and stops waiting when it is raised. The work goes on; what
 * becomes of it then is nobody's concern.
 *
 * @throws LagerError `ABORTED`; and what the work fails with.
 */
export async function endedBy<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => {});
  throwIfAborted(signal);
  let onAbort: () => void = () => {};
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return (await Promise.race([work, aborted.then(() => throwIfAborted(signal))])) as T;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
