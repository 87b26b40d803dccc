import { LagerError } from "../../base/errors.ts";
import type { RecordTexts } from "../../input/dataset/record.ts";
import type { Criterion } from "../../input/task/task.ts";
import { lineKey } from "../../run/line-key.ts";
import { type FoundTexts, readLineTexts, type TextLine } from "../../run/line-texts.ts";
import type { Run } from "../../run/read-run.ts";
import type { PlannedRating } from "./result.ts";

/** A scored line that is to be rated. */
export interface RatingEntry {
  /** Of the record on the criterion. */
  readonly key: string;
  readonly id: string;
  readonly texts: RecordTexts;
  readonly criterion: Criterion;
  /** The judge's. */
  readonly score: number;
}

interface ScoredLine extends TextLine {
  readonly criterion: string;
  readonly score: number;
}

/** Where what is rated comes from. */
interface RatingSources {
  /** The run's file. */
  readonly run: string;
  readonly data?: string | undefined;
  /** What to rate, in its order; null: all that the run scored. */
  readonly plan: { readonly file: string; readonly ratings: readonly PlannedRating[] } | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lines of a run that are to be rated, with their texts: the run's own, or the data's.
 *
 * @throws LagerError `INVALID_ARGUMENT` when a plan names what the run does not hold, or texts cannot be
 *   found or are other ones by now; as reading the run and the data does.
 */
export async function ratingEntries(
  { header, lines }: Run,
  { run, data, plan, signal }: RatingSources,
): Promise<RatingEntry[]> {
  const wanted = plan === null ? null : new Set(plan.ratings.map(lineKey));
  const scored = new Map<string, ScoredLine>();
  for await (const line of lines) {
    const key = lineKey(line);
    if (line.kind === "failure" || wanted?.has(key) === false) continue;
    const { id, criterion, score, inputHash, texts } = line;
    scored.set(key, { id, criterion, score, inputHash, texts });
  }
  const planned = (plan?.ratings ?? [...scored.values()]).map(({ id, criterion: name }) => {
    const line = scored.get(lineKey({ id, criterion: name }));
    const criterion = header.task.criteria.find((each) => each.name === name);
    if (line !== undefined && criterion !== undefined) return { line, criterion };
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the run holds no score of this record on the criterion ${JSON.stringify(name)}: plan anew, from ` +
        "this run",
      { place: { file: plan?.file ?? run, record: id } },
    );
  });
  const found = await readLineTexts(run, header, scored.values(), { data, signal });
  requireSameTexts(found, scored, run);
  return planned.map(({ line, criterion }) => {
    const key = lineKey(line);
    const texts = found.lines.get(key)?.texts;
    if (texts === undefined) throw noTexts(line, found, run);
    return { key, id: line.id, texts, criterion, score: line.score };
  });
}

/** People and the judge must have read the same. */
function requireSameTexts(
  { lines, data }: FoundTexts,
  scored: ReadonlyMap<string, ScoredLine>,
  run: string,
): void {
  const changed = [...lines].filter(([, { state }]) => state === "changed");
  const [first] = changed;
  if (first === undefined) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${changed.length} scores of the run ${run} were made from other texts than the data has now; score ` +
      "the data again with a judge, or give the data that the run was made from with --data",
    { place: { file: data ?? run, record: scored.get(first[0])?.id } },
  );
}

function noTexts({ id }: ScoredLine, { missing, data }: FoundTexts, run: string): LagerError {
  const what =
    data === null
      ? `the record's texts are not known: ${missing}`
      : "there is no such record: give the data that the run was scored from with --data";
  return new LagerError("INVALID_ARGUMENT", what, { place: { file: data ?? run, record: id } });
}
