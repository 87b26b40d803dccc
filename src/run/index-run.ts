import { type ErrorCode, LagerError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Outcome, RecordFacts } from "../scoring/score/outcome.ts";
import { compareHeaders } from "./compare-headers.ts";
import type { FilePlace } from "./file-sink.ts";
import { formatRunLine } from "./format-run-line.ts";
import { parseRunHeader } from "./parse-run-header.ts";
import { runItemParser } from "./parse-run-line.ts";
import { readLines } from "./read-lines.ts";
import type { RunHeader } from "./run-format.ts";

/** A line of a run file without its figures: what it is of, and where it lies. */
export interface IndexedLine extends FilePlace {
  readonly id: string;
  readonly criterion: string | null;
  readonly inputHash: string | undefined;
  /** Code of a failure; undefined for a score. */
  readonly code: ErrorCode | undefined;
  /** What may change without another outcome, as text: facts of a score, message of a failure. */
  readonly facts: string;
  readonly hiddenRow: number | undefined;
}

/** The whole lines of a run file. */
export interface RunIndex {
  /** In the order of the file. */
  readonly lines: readonly IndexedLine[];
  /** Bytes of the header and the whole lines; 0 where not even the header is whole. */
  readonly length: number;
}

/**
 * Reads a run file that is to be gone on with: its whole lines; one that was cut is left out.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the run was made in another way than `header` says: its
 *   lines and new ones would not belong together. `UNREADABLE_FILE`, `INVALID_RUN`.
 */
export async function indexRun(path: string, header: RunHeader): Promise<RunIndex> {
  const lines: IndexedLine[] = [];
  let parse: ReturnType<typeof runItemParser> | undefined;
  let offset = 0;
  for await (const { number, bytes, terminated } of readLines(path)) {
    // Whoever was ended while writing left this line behind: it is made anew.
    if (!terminated) break;
    const place = { file: path, line: number };
    const value = parseJson(bytes, (reason, cause) => {
      const what = `the line is not JSON (${reason}), so the run cannot be gone on with`;
      return new LagerError("INVALID_RUN", what, { place, cause });
    });
    const length = bytes.length + 1;
    if (parse === undefined) {
      const found = parseRunHeader(value, place);
      requireSameHeader(found, header, path);
      parse = runItemParser(found, { reuse: true });
    } else {
      lines.push(indexed(parse(value, place), { offset, length }));
    }
    offset += length;
  }
  return { lines, length: offset };
}

/** What an index keeps of a line that lies there. */
export function indexed(line: Outcome, { offset, length }: FilePlace): IndexedLine {
  const { id, criterion, inputHash } = line;
  const known = { id, criterion, inputHash, offset, length };
  return line.kind === "score"
    ? { ...known, code: undefined, facts: factsText(line), hiddenRow: line.hiddenRow }
    : { ...known, code: line.code, facts: line.message, hiddenRow: undefined };
}

/** The facts of a score as one text, so that they can be compared. */
export function factsText({ human, responseLength, systemId, group }: RecordFacts): string {
  return JSON.stringify([human ?? null, responseLength ?? null, systemId ?? null, group ?? null]);
}

function requireSameHeader(found: RunHeader, header: RunHeader, file: string): void {
  // As it would be read back, so that what JSON does not keep makes no difference.
  const written = parseRunHeader(JSON.parse(formatRunLine(header)), { file });
  // Where the data lies says nothing of what is in it: that each line's hash does.
  const differences = compareHeaders(found, written).filter(({ field }) => field !== "input");
  if (differences.length === 0) return;
  const shown = differences.slice(0, 3).map(({ field, left, right }) => {
    const [there, now] = briefly(left, right);
    return `${field} is ${there} there and ${now} now`;
  });
  throw new LagerError(
    "INVALID_ARGUMENT",
    `the run cannot be gone on with, because it was made in another way: ${shown.join("; ")}` +
      `${differences.length > 3 ? ` (and ${differences.length - 3} more)` : ""}; use the same ` +
      "options, or write to another file",
    { place: { file } },
  );
}

const BRIEF = 60;

/** Two values that differ, cut around the first place where they do. */
function briefly(left: unknown, right: unknown): [string, string] {
  const a = JSON.stringify(left) ?? "nothing";
  const b = JSON.stringify(right) ?? "nothing";
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const start = a.length > BRIEF || b.length > BRIEF ? Math.max(0, same - BRIEF / 3) : 0;
  const cut = (text: string) =>
    (start > 0 ? "…" : "") +
    text.slice(start, start + BRIEF) +
    (text.length > start + BRIEF ? "…" : "");
  return [cut(a), cut(b)];
}
