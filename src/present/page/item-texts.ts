import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { throwIfAborted } from "../../base/errors.ts";
import { lineKey } from "../../run/line-key.ts";
import { readRun } from "../../run/read-run.ts";

/** What the judge was asked about an item, and what it wrote, as far as the run file holds it. */
export interface ItemText {
  readonly prompt?: string;
  readonly generated?: string;
}

/** Texts by record and criterion; see `lineKey`. */
export type ItemTexts = ReadonlyMap<string, ItemText>;

/**
 * Texts of the items on which methods disagree, from the run files again: an evaluation keeps none.
 * Files whose first score holds no text are not read any further.
 *
 * @throws LagerError as `readRun` does, and `ABORTED`.
 */
export async function readItemTexts(
  { run, disagreements }: EvalResult,
  signal?: AbortSignal,
): Promise<ItemTexts> {
  const wanted = new Set(disagreements.map(lineKey));
  const texts = new Map<string, ItemText>();
  for (const file of run.files) {
    const { lines } = await readRun(file, { onCutLastLine: () => {} });
    for await (const line of lines) {
      throwIfAborted(signal, "the report");
      if (line.kind !== "score") continue;
      const { prompt, generated } = line;
      if (prompt === undefined && generated === undefined) break;
      const key = lineKey(line);
      if (!wanted.has(key)) continue;
      texts.set(key, {
        ...(prompt !== undefined && { prompt }),
        ...(generated !== undefined && { generated }),
      });
    }
  }
  return texts;
}
