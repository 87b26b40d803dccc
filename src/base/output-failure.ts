import { errorMessage, LagerError } from "./errors.ts";

/** A full disk in the words of the systems: of the disk, of a user's share, of a file's size. */
const FULL: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** What the system says, in words where they help; `full` is what to do about a full disk. */
export function systemReason(error: unknown, full = "make room and run again"): string {
  const code = errnoOf(error);
  if (code === "EFBIG") return `the file has reached its limit (ulimit -f): ${full}`;
  if (FULL.includes(code)) return `the disk is full: ${full}`;
  return errorMessage(error);
}

/** The error of an output file that could not be created. */
export function openFailure(path: string, error: unknown): LagerError {
  const code = errnoOf(error);
  const place = { file: path };
  if (code === "EEXIST") {
    return new LagerError(
      "OUTPUT_EXISTS",
      "the output file exists already: write to another file with -o, or replace it with --force",
      { place, cause: error },
    );
  }
  const reasons: Record<string, string> = {
    EISDIR: "it is a folder: name a file in it",
    ENOENT: "its folder does not exist: create it first",
    ENOTDIR: "part of its path is a file, not a folder",
    EACCES: "it may not be written: choose a folder of your own with -o",
    EPERM: "it may not be written: choose a folder of your own with -o",
    EROFS: "its file system is read-only: choose another folder with -o",
  };
  const reason = reasons[code] ?? systemReason(error, "make room or choose another disk with -o");
  return new LagerError("UNWRITABLE_OUTPUT", `the output file cannot be created: ${reason}`, {
    place,
    cause: error,
  });
}

/**
 * The error of an output that could not be written on.
 *
 * @param full - what to do about a full disk.
 */
export function writeFailure(target: string, error: unknown, full?: string): LagerError {
  return new LagerError(
    "UNWRITABLE_OUTPUT",
    `the file cannot be written on: ${systemReason(error, full)}`,
    { place: { file: target }, cause: error },
  );
}

function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
