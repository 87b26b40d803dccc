import { blaming, OPTIONS, type Shape, shape as shapeOf } from "./arguments.ts";
import { errorMessage, LagerError } from "./errors.ts";

/** Options that are functions, beside all of the name `on…`. */
const CALLBACKS: ReadonlySet<string> = new Set(["isDone", "known", "writeReport"]);

/** Options whose objects are told by their identity, or looked at by whoever takes them. */
const KEPT_AS_GIVEN: ReadonlySet<string> = new Set(["weights", "from", "hidden", "lock", "task"]);

/** Callbacks that {@link guarded} made: one that is handed on to another call is not guarded twice. */
const guardedCallbacks = new WeakSet<object>();

/** Not looked into: that is done once, when it is copied. */
const OPTIONS_OBJECT = shapeOf(
  "an object",
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

type Callback = (...args: readonly unknown[]) => unknown;

/** What goes wrong in a program's callbacks during one call. */
class CallbackFailures {
  readonly #call: string;
  readonly #stop = new AbortController();
  #first: LagerError | null = null;

  constructor(call: string) {
    this.#call = call;
  }

  get first(): LagerError | null {
    return this.#first;
  }

  /** Aborted by the first failure, and as `signal` is. */
  signal(signal: AbortSignal | undefined): AbortSignal {
    const { signal: own } = this.#stop;
    return signal === undefined ? own : AbortSignal.any([signal, own]);
  }

  /** The error of a callback; to be thrown. */
  add(name: string, cause: unknown): LagerError {
    const what = `${this.#call}: this function failed (${errorMessage(cause)})`;
    const place = { field: `options.${name}` };
    const error =
      cause instanceof LagerError
        ? cause
        : new LagerError("INVALID_ARGUMENT", what, { place, cause });
    this.#first ??= error;
    this.#stop.abort(error);
    return error;
  }
}

/**
 * A program's callback, what it throws as a LagerError. Failing ends the whole call, wherever it was
 * called from, and also where nobody waits for the promise that it returned.
 */
function guarded(name: string, callback: Callback, failures: CallbackFailures): Callback {
  if (guardedCallbacks.has(callback)) return callback;
  const fail = (error: unknown): never => {
    throw failures.add(name, error);
  };
  const guard = (...args: readonly unknown[]): unknown => {
    if (failures.first !== null) throw failures.first;
    try {
      const result = callback(...args);
      if (!isThenable(result)) return result;
      const settled = Promise.resolve(result).catch(fail);
      settled.catch(() => {}); // it is remembered
      return settled;
    } catch (error) {
      return fail(error);
    }
  };
  guardedCallbacks.add(guard);
  return guard;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

/** Lists and plain objects as they are now, with those in lists; everything else as it is. */
function copied(value: unknown, depth = 2): unknown {
  if (depth === 0) return value;
  // By index: a list's own iterator may be anybody's.
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, i) => copied(value[i], depth - 1));
  }
  return isPlain(value) ? { ...value } : value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A program's options as plain data that stay as they are: each was read once, and checked then.
 * Inherited ones count.
 */
function ownOptions<Options extends object>(
  call: string,
  options: Options,
  shape: Shape,
  failures: CallbackFailures,
): Options {
  return blaming(call, "options", () => {
    OPTIONS_OBJECT(options, "options");
    const given: [string, unknown][] = [];
    for (const name in options) {
      const value: unknown = options[name];
      given.push([name, KEPT_AS_GIVEN.has(name) ? value : copied(value)]);
    }
    const own: Record<string, unknown> = Object.fromEntries(given);
    shape(own, "options");
    const callbacks = given.flatMap(([name, value]): [string, Callback][] =>
      typeof value === "function" && (CALLBACKS.has(name) || /^on[A-Z]/.test(name))
        ? [[name, guarded(name, value as Callback, failures)]]
        : [],
    );
    if (callbacks.length === 0) return own as Options;
    const signal = failures.signal(own.signal as AbortSignal | undefined);
    return { ...own, ...Object.fromEntries(callbacks), signal } as Options;
  });
}

/**
 * What a public function does with its options: it is given its own copy of them, in which what a
 * callback throws is a LagerError.
 *
 * @param call name of the function.
 * @returns what the work gives.
 * @throws LagerError always: `INVALID_ARGUMENT` for the options, or for a callback that threw or
 *   whose promise was rejected, with that as the cause; `INTERNAL` for what the work throws that is
 *   none.
 */
export async function publicCall<Options extends object, Result>(
  call: string,
  options: Options,
  work: (options: Options) => Promise<Result>,
  shape: Shape = OPTIONS,
): Promise<Result> {
  const failures = new CallbackFailures(call);
  const own = ownOptions(call, options, shape, failures);
  let result: Result;
  try {
    result = await work(own);
  } catch (error) {
    throw failures.first ?? asLagerError(call, error);
  }
  if (failures.first === null) return result;
  await closed(result);
  throw failures.first;
}

/** Like {@link publicCall}, of what is gone through. The options are read at once. */
export function publicStream<Options extends object, Element>(
  call: string,
  options: Options,
  work: (options: Options) => AsyncIterable<Element>,
  shape: Shape = OPTIONS,
): AsyncGenerator<Element> {
  const failures = new CallbackFailures(call);
  return elements(call, failures, work, ownOptions(call, options, shape, failures));
}

async function* elements<Options extends object, Element>(
  call: string,
  failures: CallbackFailures,
  work: (options: Options) => AsyncIterable<Element>,
  options: Options,
): AsyncGenerator<Element> {
  try {
    for await (const element of work(options)) {
      yield element;
      if (failures.first !== null) throw failures.first;
    }
  } catch (error) {
    throw failures.first ?? asLagerError(call, error);
  }
  if (failures.first !== null) throw failures.first;
}

/**
 * Tells a program something where nobody could catch what its callback throws: from an event, a timer,
 * or native code. The {@link publicCall} that was given the callback ends with it.
 */
export function tell<Told>(callback: ((told: Told) => void) | undefined, told: Told): void {
  try {
    callback?.(told);
  } catch {
    // Remembered by the callback's guard.
  }
}

async function closed(result: unknown): Promise<void> {
  if (typeof result !== "object" || result === null || !(Symbol.asyncDispose in result)) return;
  await (result as AsyncDisposable)[Symbol.asyncDispose]();
}

/**
 * What a call throws as this package's own error: `INTERNAL` for what is none.
 *
 * @param call stands in front of the message.
 */
export function asLagerError(call: string, error: unknown): LagerError {
  if (error instanceof LagerError) return error;
  return new LagerError("INTERNAL", `${call}: ${errorMessage(error)}`, { cause: error });
}
