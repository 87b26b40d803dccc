import { exists } from "../base/files.ts";
import { type ResumedRun, resumeRun } from "../run/resume-run.ts";
import type { RunFailure, RunHeader, RunScore } from "../run/run-format.ts";
import { RunWriter } from "../run/run-writer.ts";

/** How the run file is opened. */
export interface OpenRunOptions {
  /** Replace a run that is there. */
  readonly force?: boolean;
  /** Go on with a run that is there; without one, begin it. */
  readonly resume?: boolean;
}

/**
 * Opens a run file to write, new or to go on with.
 *
 * @param onLine told of every line that a resumed run holds already.
 * @throws LagerError as `RunWriter.open` and `resumeRun`.
 */
export async function openRun(
  file: string,
  header: RunHeader,
  options: OpenRunOptions,
  onLine: (line: RunScore | RunFailure) => void | Promise<void>,
): Promise<{ readonly writer: RunWriter; readonly done?: ResumedRun["done"] }> {
  if (options.resume === true && (await exists(file))) return resumeRun(file, header, onLine);
  return { writer: await RunWriter.open(file, header, { force: options.force === true }) };
}
