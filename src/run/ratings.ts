import { checkArguments, PATH, PATHS } from "../base/arguments.ts";
import { type ErrorPlace, LagerError } from "../base/errors.ts";
import { isFiniteNumber, parseJson } from "../base/json.ts";
import { JsonFields } from "../base/json-fields.ts";
import { lineKey } from "./line-key.ts";
import { readLines } from "./read-lines.ts";

/** What one rater says of one record on one criterion: a line of a ratings file. */
export interface Rating {
  readonly id: string;
  readonly criterion: string;
  /** The human score, on the rater's scale; null: looked at and left out. */
  readonly human: number | null;
  readonly rater: string;
}

/** A ratings file's lines, and where the last whole one ends. */
export interface RatingsFile {
  readonly ratings: readonly Rating[];
  /** Bytes of the whole lines. */
  readonly length: number;
}

/**
 * Reads a ratings file: JSON Lines of {@link Rating}. Of a rater's lines on the same record and
 * criterion the last counts. A cut last line, which a rater who was killed left, is passed over.
 *
 * @throws LagerError `UNREADABLE_FILE`; `MALFORMED_RECORD` or `INVALID_FIELD` with the line.
 */
export async function readRatings(file: string): Promise<RatingsFile> {
  checkArguments("readRatings", { file: [file, PATH] });
  const found = new Map<string, Rating>();
  let length = 0;
  for await (const { number, bytes, terminated } of readLines(file)) {
    if (!terminated) break;
    length += bytes.length + 1;
    if (bytes.length === 0) continue;
    const rating = parseRating(bytes, { file, line: number });
    found.set(JSON.stringify([rating.rater, rating.id, rating.criterion]), rating);
  }
  return { ratings: [...found.values()], length };
}

/** The mean human score of each record and criterion that somebody rated, by {@link lineKey}. */
export async function meanRatings(files: readonly string[]): Promise<ReadonlyMap<string, number>> {
  checkArguments("meanRatings", { files: [files, PATHS] });
  const sums = new Map<string, { sum: number; count: number }>();
  for (const file of files) {
    for (const { id, criterion, human } of (await readRatings(file)).ratings) {
      if (human === null) continue;
      const key = lineKey({ id, criterion });
      const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
      sums.set(key, { sum: sum + human, count: count + 1 });
    }
  }
  return new Map(Array.from(sums, ([key, { sum, count }]) => [key, sum / count]));
}

/** @throws LagerError `INVALID_ARGUMENT` for a rater without a name. */
export function requireRater(rater: string): void {
  if (rater.trim() !== "") return;
  throw new LagerError("INVALID_ARGUMENT", "a rater has a name: give one with --rater");
}

/**
 * @param human null for a record that is left out.
 * @param values of the labels of the scale.
 * @throws LagerError `INVALID_ARGUMENT` when the scale has no such value.
 */
export function requireScaleValue(human: number | null, values: readonly number[]): void {
  if (human === null || values.includes(human)) return;
  const what = `the scale has no value ${human}, only ${values.join(", ")}`;
  throw new LagerError("INVALID_ARGUMENT", what);
}

/** A rating as a line of the file, its end included. */
export function formatRating({ id, criterion, human, rater }: Rating): string {
  return `${JSON.stringify({ id, criterion, human, rater })}\n`;
}

function parseRating(bytes: Buffer, place: ErrorPlace): Rating {
  const value = parseJson(bytes, (reason, cause) => {
    const what = `the line is not JSON (${reason})`;
    return new LagerError("MALFORMED_RECORD", what, { place, cause });
  });
  const fields = new JsonFields(value, { code: "INVALID_FIELD", whole: "a rating", place });
  const human = fields.value("human");
  if (human !== null && !isFiniteNumber(human)) {
    throw fields.invalid("human", "this must be a number, or null for a record that was left out");
  }
  return {
    id: fields.string("id"),
    criterion: fields.string("criterion"),
    human,
    rater: fields.string("rater"),
  };
}
