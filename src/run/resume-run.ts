import { LagerError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { compareHeaders } from "./compare-headers.ts";
import { formatRunLine } from "./format-run-line.ts";
import { LineWriter } from "./line-writer.ts";
import { parseRunHeader } from "./parse-run-header.ts";
import { runItemParser } from "./parse-run-line.ts";
import { readLines } from "./read-lines.ts";
import type { RunHeader } from "./run-format.ts";

/** A run file that is to be gone on with. */
export interface ResumedRun {
  /** Appends behind the last whole line. */
  readonly writer: LineWriter;
  readonly done: DoneLines;
}

/** The lines that a run holds already: an item on a criterion each, null for a whole record. */
export class DoneLines {
  readonly #counts = new Map<string, number>();

  add(line: Outcome): void {
    const key = keyOf(line.id, line.criterion);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /**
   * Whether the run holds this line. Each line answers once: of two broken records with one id, a run
   * that was cut between them holds only the first.
   */
  take(id: string, criterion: string | null): boolean {
    const key = keyOf(id, criterion);
    const count = this.#counts.get(key) ?? 0;
    if (count > 0) this.#counts.set(key, count - 1);
    return count > 0;
  }
}

/**
 * Opens a run file to go on with it: a cut last line is taken away, and what comes is appended.
 *
 * @param onLine told of every line that is there, in order.
 * @throws LagerError `INVALID_ARGUMENT` when the run was made in another way than `header` says: its
 *   lines and the new ones would not belong together. `UNREADABLE_FILE`, `INVALID_RUN`,
 *   `UNWRITABLE_OUTPUT`.
 */
export async function resumeRun(
  path: string,
  header: RunHeader,
  onLine: (line: Outcome) => void | Promise<void> = () => {},
): Promise<ResumedRun> {
  const done = new DoneLines();
  let parse: ReturnType<typeof runItemParser> | undefined;
  let length = 0;
  for await (const { number, bytes, terminated } of readLines(path)) {
    // Whoever was ended while writing left this line behind: it is made anew.
    if (!terminated) break;
    const place = { file: path, line: number };
    const value = parseJson(bytes, (reason, cause) => {
      const what = `the line is not JSON (${reason}), so the run cannot be gone on with`;
      return new LagerError("INVALID_RUN", what, { place, cause });
    });
    if (parse === undefined) {
      const found = parseRunHeader(value, place);
      requireSameHeader(found, header, path);
      parse = runItemParser(found);
    } else {
      const line = parse(value, place);
      done.add(line);
      await onLine(line);
    }
    length += bytes.length + 1;
  }
  const writer =
    parse === undefined
      ? await LineWriter.open(path, header, { force: true })
      : await LineWriter.append(path, length);
  return { writer, done };
}

function requireSameHeader(found: RunHeader, header: RunHeader, file: string): void {
  // As it would be read back, so that what JSON does not keep makes no difference.
  const written = parseRunHeader(JSON.parse(formatRunLine(header)), { file });
  const differences = compareHeaders(found, written);
  if (differences.length === 0) return;
  const shown = differences
    .slice(0, 3)
    .map(({ field, left, right }) => `${field} is ${brief(left)} there and ${brief(right)} now`);
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the run cannot be gone on with, because it was made in another way: ${shown.join("; ")}` +
      `${differences.length > 3 ? ` (and ${differences.length - 3} more)` : ""}; use the same ` +
      "options, or write to another file",
    { place: { file } },
  );
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function keyOf(id: string, criterion: string | null): string {
  return JSON.stringify([id, criterion]);
}
