/**
 * Every failure this package reports is a {@link LagerError} with one of these codes.
 *
 * The set is closed: callers branch on the code, never on the message.
 */
export const ERROR_CODES = [
  /** A value passed to the library or an option on the command line is not usable. */
  "INVALID_ARGUMENT",
  /** A task file or object does not follow the task format. */
  "INVALID_TASK",
  /** A file that should be read is not there or cannot be opened. */
  "UNREADABLE_FILE",
  /** The input was written to while it was read. */
  "INPUT_CHANGED",
  /** The input is not valid UTF-8. */
  "NOT_UTF8",
  /** A record is not well-formed: broken JSON, not an object, a broken CSV row. */
  "MALFORMED_RECORD",
  /** A record lacks a field that the task reads, or the field has the wrong type. */
  "INVALID_FIELD",
  /** The response to be judged is empty. */
  "EMPTY_RESPONSE",
  /** Two records carry the same id. */
  "DUPLICATE_ID",
  /** A task's prompt template or a judge's chat template failed to render. */
  "TEMPLATE_FAILED",
  /** Record text would have changed the turn structure of the prompt. */
  "UNSAFE_PROMPT",
  /** The prompt does not fit the judge's context. */
  "PROMPT_TOO_LONG",
  /** The judge's vocabulary cannot tell the labels of the scale apart. */
  "AMBIGUOUS_LABELS",
  /** The judge answered in its own words, and there is no score in them. */
  "NO_SCORE_TOKEN",
  /** More results of a run failed than were allowed. */
  "TOO_MANY_FAILURES",
  /** No judge goes by that name, and no file is at that path. */
  "UNKNOWN_JUDGE",
  /** A judge could not be fetched. */
  "DOWNLOAD_FAILED",
  /** A fetched judge is not the file it should be. */
  "CHECKSUM_MISMATCH",
  /** The file is not a GGUF, or it is truncated or broken. */
  "INVALID_GGUF",
  /** The model cannot be judged with: its layers or its head cannot be had exactly. */
  "UNSUPPORTED_JUDGE",
  /** A LoRA adapter is none, does not fit the judge, or cannot be applied to it. */
  "INVALID_ADAPTER",
  /** The native addon is missing or does not fit its libraries. */
  "ADDON_UNAVAILABLE",
  /** A requested device or backend cannot be used. */
  "BACKEND_UNAVAILABLE",
  /** The judge or its context does not fit into memory. */
  "OUT_OF_MEMORY",
  /** llama.cpp could not decode the prompt. */
  "DECODE_FAILED",
  /** A layer's hidden state was not seen exactly once: nothing of this capture can be trusted. */
  "CAPTURE_INCOMPLETE",
  /** The score head disagrees with llama.cpp's own logits. */
  "HEAD_MISMATCH",
  /** The engine's process ended or hung during this call, and again when it was tried once more. */
  "ENGINE_CRASHED",
  /** The engine's process ended again and again, and is not started any more. */
  "ENGINE_LOST",
  /** More waits to be scored than a dispatcher takes; a little later it takes more. */
  "OVERLOADED",
  /** What was asked for was not done within the time that it may take. */
  "TIMED_OUT",
  /** The run file or output folder cannot be written. */
  "UNWRITABLE_OUTPUT",
  /** The output file is there already. */
  "OUTPUT_EXISTS",
  /** Another process writes this output at the moment. */
  "OUTPUT_LOCKED",
  /** A run file does not follow the run format. */
  "INVALID_RUN",
  /** A weights file does not follow the weights format. */
  "INVALID_WEIGHTS",
  /** Weights were learned with another judge, projection, layer set or scale than they are used with. */
  "WEIGHTS_MISMATCH",
  /** A machine computes other bits than those that a fleet's run was begun with. */
  "MACHINE_MISMATCH",
  /** The same shard of a run was scored twice, and the two results differ. */
  "NOT_REPRODUCIBLE",
  /** A record ended every machine of a fleet that scored it. */
  "WORKER_DIED",
  /** The learned weights do worse than no weights at all, in cross-validation. */
  "NO_GAIN",
  /** The call was ended by its AbortSignal. */
  "ABORTED",
  /** The object was disposed before the call. */
  "DISPOSED",
  /** A defect of this package. */
  "INTERNAL",
] as const;

/** One of the closed set of error codes. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where an error was found, as far as it is known. */
export interface ErrorPlace {
  /** Path of the file, `-` for standard input. */
  readonly file?: string | undefined;
  /** Line in that file, counted from 1. */
  readonly line?: number | undefined;
  /** Id of the record. */
  readonly record?: string | undefined;
  /** Dotted path of the field; numbers in it count the elements of a list from 0. */
  readonly field?: string | undefined;
}

/**
 * The one error class of this package.
 *
 * The message says what was wrong, where, and what to do about it; `place` says where again
 * for programs; `cause` is the error underneath, if there is one.
 */
export class LagerError extends Error {
  override readonly name = "LagerError";
  readonly code: ErrorCode;
  readonly place: ErrorPlace;
  /** The message without the place. */
  readonly #what: string;

  /** @throws LagerError `INVALID_ARGUMENT` for a code that is none, or a message that is no text. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { place?: ErrorPlace; cause?: unknown } = {},
  ) {
    if (!isErrorCode(code) || typeof message !== "string") {
      throw new LagerError("INVALID_ARGUMENT", "an error has a code of ERROR_CODES and a text");
    }
    const { place, cause } = read(options);
    const where = describePlace(place);
    super(where === "" ? message : `${where}: ${message}`, { cause });
    this.code = code;
    this.place = place;
    this.#what = message;
  }

  /** The same error with what else is known of its place: what it names itself stays. */
  at(place: ErrorPlace): LagerError {
    const error = new LagerError(this.code, this.#what, {
      place: { ...known(place ?? {}), ...this.place },
      cause: this.cause,
    });
    if (this.stack !== undefined) error.stack = this.stack.replace(this.message, error.message);
    return error;
  }
}

/** True when `value` is one of the closed set of codes; what native code sends is checked with it. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).includes(value);
}

/** What an error is made with, which any program may have given. */
function read(options: { readonly place?: ErrorPlace; readonly cause?: unknown } | null): {
  readonly place: ErrorPlace;
  readonly cause: unknown;
} {
  try {
    return { place: known(options?.place ?? {}), cause: options?.cause };
  } catch (cause) {
    if (cause instanceof LagerError) throw cause;
    throw new LagerError("INVALID_ARGUMENT", "what an error is made with cannot be read", {
      cause,
    });
  }
}

/** What is known of a place: members that are undefined are left out, and those that are none. */
function known(place: ErrorPlace): ErrorPlace {
  try {
    const { file, line, record, field } = place;
    return {
      ...(typeof file === "string" && { file }),
      ...(typeof line === "number" && { line }),
      ...(typeof record === "string" && { record }),
      ...(typeof field === "string" && { field }),
    };
  } catch (cause) {
    throw new LagerError("INVALID_ARGUMENT", "the place of an error cannot be read", { cause });
  }
}

/** `data.jsonl:12, record "a1", field "response"`, leaving out what is not known. */
function describePlace(place: ErrorPlace): string {
  const parts: string[] = [];
  if (place.file !== undefined) {
    parts.push(place.line === undefined ? place.file : `${place.file}:${place.line}`);
  } else if (place.line !== undefined) {
    parts.push(`line ${place.line}`);
  }
  if (place.record !== undefined) parts.push(`record ${JSON.stringify(place.record)}`);
  if (place.field !== undefined) parts.push(`field ${JSON.stringify(place.field)}`);
  return parts.join(", ");
}

/**
 * Ends a call whose signal has been aborted.
 *
 * @param what - what was being done, for the message: "the download".
 * @throws LagerError `ABORTED` with the signal's reason as its cause.
 */
export function throwIfAborted(signal: AbortSignal | undefined, what = "the call"): void {
  if (signal?.aborted === true) {
    throw new LagerError("ABORTED", `${what} was aborted`, { cause: signal.reason });
  }
}

/**
 * Checks a choice that callers without type checks may get wrong.
 *
 * @param name - the option, for the message.
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export function requireOneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${name} is one of ${allowed.join(", ")}, not ${shownChoice(value)}`,
  );
}

/** Anything may be given in place of a choice. */
function shownChoice(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : `a value of type ${typeof value}`;
}

/** What an error says; anything may be thrown, and what is no error is shown as it is. */
export function errorMessage(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "an error that cannot be shown";
  }
}
