import { errorMessage, isErrorCode, LagerError, throwIfAborted } from "../../base/errors.ts";
import type { NativeAddon, NativeCancelFlag } from "./boundary.ts";

/** Turns what native code threw into a LagerError: the code is sent along, messages are not matched. */
export function fromNativeError(cause: unknown, context?: string): LagerError {
  if (cause instanceof LagerError) return cause;
  const code =
    cause instanceof Error && "code" in cause && isErrorCode(cause.code) ? cause.code : "INTERNAL";
  const message = errorMessage(cause);
  return new LagerError(code, context === undefined ? message : `${context}: ${message}`, {
    cause,
  });
}

/**
 * Native flags by whose they are and by the signals that raise them. A signal stays aborted, so its
 * flag may be kept.
 */
const cancelFlags = new WeakMap<NativeAddon, WeakMap<AbortSignal, NativeCancelFlag>>();
/** For jobs that nothing ends. */
const never = new AbortController().signal;

/**
 * The flag of a signal. A flag for each job would be one more native object a prompt, and such
 * objects stay until the next collection of the whole heap.
 */
function cancelFlagOf(addon: NativeAddon, signal: AbortSignal): NativeCancelFlag {
  const flags = cancelFlags.get(addon) ?? new WeakMap<AbortSignal, NativeCancelFlag>();
  cancelFlags.set(addon, flags);
  const flag = flags.get(signal) ?? addon.newCancelFlag();
  flags.set(signal, flag);
  return flag;
}

/**
 * Runs a native job that `signal` can end.
 *
 * @throws LagerError `ABORTED` with the signal's reason as its cause.
 */
export async function withCancelFlag<T>(
  addon: NativeAddon,
  signal: AbortSignal | undefined,
  job: (flag: NativeCancelFlag) => Promise<T>,
  context?: string,
): Promise<T> {
  throwIfAborted(signal);
  const flag = cancelFlagOf(addon, signal ?? never);
  const onAbort = () => addon.cancel(flag);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await job(flag);
  } catch (cause) {
    throwIfAborted(signal);
    throw fromNativeError(cause, context);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
