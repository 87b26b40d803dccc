import type { Disagreement, EvalResult } from "../../analysis/eval/eval-result.ts";
import { throwIfAborted } from "../../base/errors.ts";
import { readRun } from "../../run/read-run.ts";

/** What the judge was asked about an item, and what it wrote, as far as the run file holds it. */
export interface ItemText {
  readonly prompt?: string;
  readonly generated?: string;
}

/** Texts by record and criterion; see {@link itemKey}. */
export type ItemTexts = ReadonlyMap<string, ItemText>;

/** The key of an item's texts. */
export function itemKey({ id, criterion }: Pick<Disagreement, "id" | "criterion">): string {
  return JSON.stringify([id, criterion]);
}

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
  const wanted = new Set(disagreements.map(itemKey));
  const texts = new Map<string, ItemText>();
  for (const file of run.files) {
    const { lines } = await readRun(file, { onCutLastLine: () => {} });
    for await (const line of lines) {
      throwIfAborted(signal, "the report");
      if (line.kind !== "score") continue;
      const { prompt, generated } = line;
      if (prompt === undefined && generated === undefined) break;
      const key = itemKey(line);
      if (!wanted.has(key)) continue;
      texts.set(key, {
        ...(prompt !== undefined && { prompt }),
        ...(generated !== undefined && { generated }),
      });
    }
  }
  return texts;
}
