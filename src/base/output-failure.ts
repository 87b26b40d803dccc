import { errorMessage, LagerError } from "./errors.ts";

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
    ENOSPC: "the disk is full: make room or choose another disk with -o",
  };
  const reason = reasons[code] ?? `the system says ${errorMessage(error)}`;
  return new LagerError("UNWRITABLE_OUTPUT", `the output file cannot be created: ${reason}`, {
    place,
    cause: error,
  });
}

/** The error of an output that could not be written on. */
export function writeFailure(target: string, error: unknown): LagerError {
  const reasons: Record<string, string> = {
    ENOSPC: "the disk is full: make room and run again",
    EPIPE: "whatever read it has closed its end",
  };
  const reason = reasons[errnoOf(error)] ?? errorMessage(error);
  return new LagerError("UNWRITABLE_OUTPUT", `the run cannot be written on: ${reason}`, {
    place: { file: target },
    cause: error,
  });
}

function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
