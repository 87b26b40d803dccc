import type { ErrorCode, ErrorPlace } from "../base/errors.ts";
import { GGUF_CHAT_TEMPLATE } from "../input/prompt/gguf-field.ts";

/** What the process exits with. */
export const EXIT = {
  /** Everything was scored. */
  ok: 0,
  /** Some items could not be scored. */
  someFailed: 1,
  /** Two runs that were compared differ. */
  differs: 1,
  /** The command line, the task or the input is wrong. */
  usage: 2,
  /** The judge cannot be had or cannot be used. */
  judge: 3,
  /** A run does not pass its gate. */
  gateFailed: 4,
  /** A fault of this package: what BSD's sysexits.h calls EX_SOFTWARE. */
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
  /** Whoever read standard output has closed it: as for a program that SIGPIPE ends. */
  readerLeft: 141,
} as const;

const JUDGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "UNKNOWN_JUDGE",
  "DOWNLOAD_FAILED",
  "CHECKSUM_MISMATCH",
  "INVALID_GGUF",
  "UNSUPPORTED_JUDGE",
  "INVALID_ADAPTER",
  "ADDON_UNAVAILABLE",
  "BACKEND_UNAVAILABLE",
  "OUT_OF_MEMORY",
  "DECODE_FAILED",
  "CAPTURE_INCOMPLETE",
  "HEAD_MISMATCH",
  "ENGINE_CRASHED",
  "ENGINE_LOST",
  "MACHINE_MISMATCH",
  "NOT_REPRODUCIBLE",
  "DISPOSED",
]);

/** The exit code of a command that ended with an error of this code. */
export function exitCodeOf(code: ErrorCode, { field }: ErrorPlace = {}): number {
  if (code === "ABORTED") return EXIT.interrupted;
  if (code === "TOO_MANY_FAILURES") return EXIT.someFailed;
  if (code === "INTERNAL") return EXIT.internal;
  // A template may be the task's, or the judge's own.
  if (code === "TEMPLATE_FAILED" && field === GGUF_CHAT_TEMPLATE) return EXIT.judge;
  return JUDGE_CODES.has(code) ? EXIT.judge : EXIT.usage;
}
