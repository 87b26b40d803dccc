import { hiddenPath } from "./hidden-format.ts";

/**
 * Where outcomes are collected while the run still holds lines that they replace: a run file of its own,
 * until one whole run is made of both.
 */
export function anewPath(runFile: string): string {
  return `${runFile.replace(/\.jsonl$/i, "")}.anew.jsonl`;
}

/** A file that is about to take the place of another. */
export function nextPath(file: string): string {
  return `${file}.next`;
}

/** All files that may come into being with a run. */
export function runPaths(runFile: string): string[] {
  return [runFile, anewPath(runFile)].flatMap((file) => {
    const hidden = hiddenPath(file);
    return [file, nextPath(file), hidden, `${hidden}.part`, nextPath(hidden)];
  });
}

/** The files of which a run consists where it is read. */
export function runInputs(runFiles: readonly string[]): string[] {
  return runFiles.flatMap((file) => [file, hiddenPath(file), `${hiddenPath(file)}.part`]);
}
