import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { throwIfAborted } from "../../base/errors.ts";
import { lineKey, linesByKey } from "../../run/line-key.ts";
import { type LineTexts, readLineTexts } from "../../run/line-texts.ts";
import { readRun } from "../../run/read-run.ts";
import type { RunTable } from "../../run/run-table.ts";
import { type TableTexts, textsOfLine } from "../../run/table-texts.ts";
import type { Score } from "../../scoring/score/outcome.ts";

/** What an item is about, what the judge was asked, and what it wrote, as far as that is known. */
export interface ItemText {
  /** Of the record: from the run file, or the data that was scored. */
  readonly record?: LineTexts;
  readonly prompt?: string;
  readonly generated?: string;
}

/** Texts by record and criterion; see `lineKey`. */
export type ItemTexts = ReadonlyMap<string, ItemText>;

/**
 * Texts of the items on which methods disagree: from the run files again, as an evaluation keeps none,
 * and from the data that was scored. A file is read until all of them are found.
 *
 * @param options.data the data. Default: what each run names, if it is still there.
 * @throws LagerError as `readRun` and `readLineTexts` do, and `ABORTED`.
 */
export async function readItemTexts(
  { run, disagreements }: EvalResult,
  {
    data,
    signal,
  }: { readonly data?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<ItemTexts> {
  const missing = new Set(disagreements.map(lineKey));
  const texts = new Map<string, ItemText>();
  for (const file of run.files) {
    const { header, lines } = await readRun(file, { onCutLastLine: () => {} });
    const found: Score[] = [];
    for await (const line of lines) {
      throwIfAborted(signal, "the report");
      if (missing.size === 0) break;
      if (line.kind === "score" && missing.delete(lineKey(line))) found.push(line);
    }
    const { lines: records } = await readLineTexts(file, header, found, { data, signal });
    for (const line of found) {
      const key = lineKey(line);
      const record = records.get(key);
      const { prompt, generated } = line;
      texts.set(key, {
        ...(record !== undefined && { record }),
        ...(prompt !== undefined && { prompt }),
        ...(generated !== undefined && { generated }),
      });
    }
  }
  return texts;
}

/** The same of a run whose records' texts have been found, and whose lines have no texts of their own. */
export function foundItemTexts(
  { disagreements }: Pick<EvalResult, "disagreements">,
  table: RunTable,
  texts: TableTexts,
): ItemTexts {
  const lineOf = linesByKey(table);
  const found = disagreements.flatMap((item): [string, ItemText][] => {
    const key = lineKey(item);
    const line = lineOf.get(key);
    if (line === undefined) return [];
    const { found: record } = textsOfLine(texts, line, table.recordOf[line] as number);
    return [[key, record === null ? {} : { record }]];
  });
  return new Map(found);
}
