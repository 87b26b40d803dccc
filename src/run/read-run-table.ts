import { checkArguments, PATHS } from "../base/arguments.ts";
import { LagerError } from "../base/errors.ts";
import { Pacer } from "../base/pacer.ts";
import { publicCall } from "../base/public-call.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { lineKey } from "./line-key.ts";
import { meanRatings } from "./ratings.ts";
import { type ReadRunOptions, readRunInPlace } from "./read-run.ts";
import { runPartDifference } from "./run-parts.ts";
import type { RunTable } from "./run-table.ts";
import { RunTableBuilder } from "./run-table-builder.ts";

/** How a run is read into memory. */
export interface ReadRunTableOptions extends ReadRunOptions {
  /**
   * Ratings files, by `lager label`: their mean scores are the human scores, and those in the run
   * count no more. Default: the run's own.
   */
  readonly ratings?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of a file, once, as it stands there. */
  readonly onLine?: ((line: Outcome, file: string) => void) | undefined;
  /** Called now and then with the number of lines read. */
  readonly onProgress?: ((lines: number) => void) | undefined;
}

/** So many lines take some milliseconds. */
const LINES_IN_A_STEP = 500;

/**
 * Reads a run, or several files that are parts of one, once and in order, into columns. No line is
 * kept as an object: 100 000 lines of 30 layers and five labels take 125 MB.
 *
 * A line that failed in one place and was scored in another counts as scored.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there is no file, or the files differ in judge, task,
 *   labels or options; `INVALID_RUN` when a line does not follow the format or an item was scored
 *   twice on a criterion; `UNREADABLE_FILE`, `ABORTED`.
 */
export async function readRunTable(
  files: readonly string[],
  options: ReadRunTableOptions = {},
): Promise<RunTable> {
  checkArguments("readRunTable", { files: [files, PATHS] });
  return publicCall("readRunTable", options, (own) => readTable(files, own));
}

async function readTable(
  files: readonly string[],
  options: ReadRunTableOptions,
): Promise<RunTable> {
  const runs = await Promise.all(
    files.map(async (file) => ({ file, run: await readRunInPlace(file, options) })),
  );
  const [first] = runs;
  if (first === undefined) throw new LagerError("INVALID_ARGUMENT", "there is no run file to read");
  for (const { file, run } of runs) {
    const difference = runPartDifference(first.run.header, run.header);
    if (difference === null) continue;
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the run is no part of that in ${first.file}: the headers differ in ${difference}`,
      { place: { file } },
    );
  }
  const ratings = options.ratings === undefined ? null : await meanRatings(options.ratings);
  const builder = new RunTableBuilder(files, first.run.header);
  const pacer = new Pacer(options.signal, "reading the run");
  let count = 0;
  for (const { file, run } of runs) {
    for await (const line of run.lines) {
      options.onLine?.(line, file);
      builder.add(ratings === null ? line : rated(line, ratings), file);
      if (++count % LINES_IN_A_STEP !== 0) continue;
      options.onProgress?.(count);
      await pacer.rest();
    }
  }
  options.onProgress?.(count);
  return builder.finish();
}

/** The line with the human score that the ratings give it, or with none. */
function rated(line: Outcome, ratings: ReadonlyMap<string, number>): Outcome {
  if (line.kind === "failure") return line;
  return { ...line, human: ratings.get(lineKey(line)) };
}
