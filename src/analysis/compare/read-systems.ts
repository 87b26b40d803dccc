import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import type { Pacer } from "../../base/pacer.ts";
import { lineKey } from "../../run/line-key.ts";
import { type ReadRunOptions, readRunInPlace } from "../../run/read-run.ts";
import type { RunHeader } from "../../run/run-format.ts";
import { runPartDifference } from "../../run/run-parts.ts";
import type { SystemsBy } from "./compare-choices.ts";
import { chosenFigure, type FigureChoice } from "./figure-choice.ts";

/** What of a line is compared. */
export interface ScoredLine {
  readonly id: string;
  readonly criterion: string;
  readonly score: number;
  /** In Unicode code points, NaN where the run does not say. */
  readonly length: number;
  readonly group: string | undefined;
  readonly file: string;
}

/** How runs are read, and which number of a line is its score. */
export type ReadSystemOptions = ReadRunOptions & FigureChoice;

/** A set of answers with their scores. */
export interface System {
  readonly name: string;
  readonly files: readonly string[];
  readonly header: RunHeader;
  readonly lines: readonly ScoredLine[];
  readonly failed: number;
}

interface ReadFile {
  readonly file: string;
  readonly header: RunHeader;
  readonly lines: readonly (ScoredLine & { readonly systemId: string | undefined })[];
  readonly failed: number;
}

/**
 * Reads what is compared: each run file is a system, or each `systemId` of the files, which are parts of
 * one run then. Of a line its score and what it is of are kept, some 100 bytes.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two systems; as reading a run does.
 */
export async function readSystems(
  files: readonly string[],
  by: SystemsBy,
  options: ReadSystemOptions,
  pacer: Pacer,
): Promise<System[]> {
  const read: ReadFile[] = [];
  for (const file of files) read.push(await readFile(file, options, pacer));
  const systems = by === "run" ? systemsOfFiles(read) : systemsOfLines(read);
  if (systems.length >= 2) return systems;
  const what =
    by === "run"
      ? "one run alone is compared with nothing: give two runs or more, or --by system where the " +
        "records of one name the systems that wrote them"
      : `the records name ${systems.length === 0 ? "no system" : "one system only"} ` +
        "(system_id): there is nothing to compare";
  throw new LagerError("INVALID_ARGUMENT", what, { place: { file: files[0] ?? "" } });
}

/** Reads one run as a system of its own. */
export async function readSystem(
  file: string,
  options: ReadSystemOptions,
  pacer: Pacer,
): Promise<System> {
  const { header, lines, failed } = await readFile(file, options, pacer);
  return { name: file, files: [file], header, lines, failed };
}

async function readFile(file: string, options: ReadSystemOptions, pacer: Pacer): Promise<ReadFile> {
  const run = await readRunInPlace(file, options);
  const figureOf = chosenFigure(options, run.header);
  const lines = new Map<string, ReadFile["lines"][number]>();
  let failed = 0;
  for await (const line of run.lines) {
    await pacer.rest();
    if (line.kind === "failure") {
      failed++;
      continue;
    }
    const { id, criterion, group, systemId, responseLength: length = Number.NaN } = line;
    const key = lineKey(line);
    if (lines.has(key)) {
      const what = `the item is scored twice on the criterion ${JSON.stringify(criterion)}`;
      throw new LagerError("INVALID_RUN", what, { place: { file, record: id } });
    }
    lines.set(key, { id, criterion, score: figureOf(line), length, group, file, systemId });
  }
  return { file, header: run.header, lines: [...lines.values()], failed };
}

function systemsOfFiles(read: readonly ReadFile[]): System[] {
  const names = shortNames(read.map(({ file }) => file));
  return read.map(({ file, header, lines, failed }, i) => ({
    ...{ name: names[i] ?? file, files: [file], header, lines, failed },
  }));
}

/** Names of files without folder and ending, where they are still distinct then. */
function shortNames(files: readonly string[]): readonly string[] {
  const names = files.map((file) => path.basename(file).replace(/\.jsonl$/i, ""));
  if (new Set(names).size === names.length) return names;
  if (new Set(files).size === files.length) return files;
  return files.map((file, i) => `${file} (${i + 1})`);
}

function systemsOfLines(read: readonly ReadFile[]): System[] {
  const [first] = read;
  if (first === undefined) return [];
  for (const { file, header } of read) {
    const field = runPartDifference(first.header, header);
    if (field === null) continue;
    const what = `the files are no parts of one run (${field} differs): compare them by run`;
    throw new LagerError("INVALID_ARGUMENT", what, { place: { file } });
  }
  const systems = new Map<string, ScoredLine[]>();
  for (const { lines } of read) {
    for (const { systemId, ...line } of lines) {
      if (systemId === undefined) continue;
      const own = systems.get(systemId) ?? [];
      own.push(line);
      systems.set(systemId, own);
    }
  }
  const files = read.map(({ file }) => file);
  return Array.from(systems, ([name, lines]) => ({
    ...{ name, files, header: first.header, lines, failed: 0 },
  }));
}
