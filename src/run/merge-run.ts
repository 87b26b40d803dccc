import { chmod, realpath, rename, rm, stat } from "node:fs/promises";
import { exists } from "../base/files.ts";
import { writeFailure } from "../base/output-failure.ts";
import { FileSink } from "./file-sink.ts";
import { formatRunLine } from "./format-run-line.ts";
import { hiddenPath, UNFINISHED } from "./hidden-format.ts";
import { type HiddenReader, openHidden } from "./hidden-reader.ts";
import { HiddenWriter } from "./hidden-writer.ts";
import { PlannedReader } from "./planned-reader.ts";
import type { LineFile, PlannedLine } from "./resumed-lines.ts";
import type { RunHeader } from "./run-format.ts";
import { anewPath, nextPath } from "./run-paths.ts";

/**
 * Writes a run anew from lines of its old file and of what was scored beside it, and puts it in the old
 * one's place. Whenever it is ended, either the old files or the new ones are there whole: the new run
 * file is renamed first, and {@link finishMerge} does what is left.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`, and as reading the files does; then the old ones stay.
 */
export async function mergeRun(
  file: string,
  header: RunHeader,
  lines: readonly PlannedLine[],
): Promise<void> {
  const { run, hidden } = await targetsOf(file);
  // What tells that the merge is not done is there before anything else, and goes last.
  const sink = await FileSink.create(nextPath(run), "w+");
  try {
    const paths: Record<LineFile, string> = { run: file, anew: anewPath(file) };
    const reader = new PlannedReader(header, paths);
    const states = new StatesCopier(paths, nextPath(hidden));
    try {
      await sink.write(`${formatRunLine(header)}\n`);
      for (const planned of lines) await sink.write(await lineText(planned, reader, states));
      await states.finish();
    } finally {
      await reader.close();
      await states.close();
      await sink.end();
    }
    await chmod(nextPath(run), (await stat(run)).mode);
    await rename(nextPath(run), run);
  } catch (error) {
    await undo(run, hidden);
    throw "syscall" in Object(error) ? writeFailure(run, error) : error;
  }
  if (!lines.some(({ line }) => line.hiddenRow !== undefined)) await rm(hidden, { force: true });
  await finishMerge(file);
}

/**
 * Ends a merge that was ended in its midst: before its run file had its name all of it is undone, and
 * after that the hidden states get theirs.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export async function finishMerge(file: string): Promise<void> {
  const { run, hidden } = await targetsOf(file);
  try {
    if (await exists(nextPath(run))) {
      await undo(run, hidden);
    } else if (await exists(nextPath(hidden))) {
      await rename(nextPath(hidden), hidden);
      await rm(hidden + UNFINISHED, { force: true });
    }
  } catch (error) {
    throw writeFailure(file, error);
  }
}

async function undo(run: string, hidden: string): Promise<void> {
  await rm(nextPath(hidden) + UNFINISHED, { force: true });
  await rm(nextPath(hidden), { force: true });
  await rm(nextPath(run), { force: true });
}

/** The files themselves, where their names are links: those stay. */
async function targetsOf(file: string): Promise<{ readonly run: string; readonly hidden: string }> {
  const hidden = hiddenPath(file);
  return {
    run: await realpath(file).catch(() => file),
    hidden: await realpath(hidden).catch(() => hidden),
  };
}

/** Copies the hidden states of lines into a new file, a row for each that has some. */
class StatesCopier {
  readonly #paths: Readonly<Record<LineFile, string>>;
  readonly #target: string;
  readonly #readers = new Map<LineFile, HiddenReader>();
  #writer: HiddenWriter | null = null;

  constructor(paths: Readonly<Record<LineFile, string>>, target: string) {
    this.#paths = paths;
    this.#target = target;
  }

  /** @returns the row in the new file. */
  async copy(file: LineFile, row: number): Promise<number> {
    const reader = this.#readers.get(file) ?? (await openHidden(this.#paths[file]));
    this.#readers.set(file, reader);
    this.#writer ??= await HiddenWriter.createAt(this.#target, reader, { force: true });
    return this.#writer.add(await reader.read(row));
  }

  /** Gives the new file its name. */
  async finish(): Promise<void> {
    await this.#writer?.close();
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
    await this.#writer?.close().catch(() => {});
  }
}

/** The line as it is to stand in the run, its line end included. */
async function lineText(
  planned: PlannedLine,
  reader: PlannedReader,
  states: StatesCopier,
): Promise<string> {
  const { hiddenRow } = planned.line;
  const row = hiddenRow === undefined ? undefined : await states.copy(planned.file, hiddenRow);
  if (planned.now === null && row === hiddenRow) return (await reader.bytes(planned)).toString();
  return `${formatRunLine(await reader.outcome(planned), { hiddenRow: row })}\n`;
}
