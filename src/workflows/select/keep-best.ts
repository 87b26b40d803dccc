import { LagerError } from "../../base/errors.ts";
import { Pacer } from "../../base/pacer.ts";
import { NearDuplicates } from "./near-duplicates.ts";

/** How many records are kept: a number of them, or a share of those with all their scores. */
export type KeepAmount = { readonly count: number } | { readonly share: number };

/** A record that was kept. */
export interface SelectedRecord {
  readonly id: string;
  /** 1 is the best. */
  readonly rank: number;
  readonly score: number;
}

/** What a selection gives. */
export interface Selection {
  /** The best first. */
  readonly kept: readonly SelectedRecord[];
  /** Records passed over because a better one is nearly the same. */
  readonly nearDuplicates: readonly string[];
}

/** So many records take some milliseconds to compare. */
const RECORDS_IN_A_STEP = 100;

/**
 * Keeps the records with the highest scores, the best first, and passes over those that are nearly
 * the same as one that is kept. Of equal scores the one that stands first in the data is better.
 *
 * @param scores by record id, in the order of the data.
 * @param textOf what two records are compared by; null: near-duplicates are kept.
 * @throws LagerError `INVALID_ARGUMENT` for an amount or similarity that is none, `ABORTED`.
 */
export async function keepBest(
  scores: ReadonlyMap<string, number>,
  options: {
    readonly keep: KeepAmount;
    readonly similarity: number;
    readonly textOf: ((id: string) => string) | null;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Selection> {
  const { similarity, textOf, signal } = options;
  if (!(similarity > 0 && similarity <= 1)) {
    throw new LagerError("INVALID_ARGUMENT", "the similarity is above 0 and at most 1");
  }
  const wanted = wantedCount(options.keep, scores.size);
  // Array.sort is stable.
  const ranked = [...scores].sort(([, a], [, b]) => b - a);
  const seen = new NearDuplicates(similarity);
  const pacer = new Pacer(signal, "the selection");
  const kept: SelectedRecord[] = [];
  const nearDuplicates: string[] = [];
  for (const [index, [id, score]] of ranked.entries()) {
    if (kept.length === wanted) break;
    if (index % RECORDS_IN_A_STEP === 0) await pacer.rest();
    if (textOf !== null && !seen.keep(textOf(id))) nearDuplicates.push(id);
    else kept.push({ id, rank: kept.length + 1, score });
  }
  return { kept, nearDuplicates };
}

function wantedCount(keep: KeepAmount, records: number): number {
  if ("count" in keep) {
    if (Number.isSafeInteger(keep.count) && keep.count > 0) return keep.count;
    throw new LagerError("INVALID_ARGUMENT", "at least one record is kept");
  }
  if (!(keep.share > 0 && keep.share <= 1)) {
    throw new LagerError("INVALID_ARGUMENT", "the share that is kept is above 0 and at most 100 %");
  }
  return Math.max(1, Math.round(keep.share * records));
}
