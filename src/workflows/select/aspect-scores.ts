import type { Outcome, Score } from "../../scoring/score/outcome.ts";

/** The scores of a run's records on its aspects. */
export interface AspectScores {
  readonly aspects: readonly string[];
  /** By record id, one score for each aspect in their order; complete records alone. */
  readonly scores: ReadonlyMap<string, readonly number[]>;
  /** Ids of records that lack the score of an aspect, because it failed. */
  readonly incomplete: readonly string[];
}

/** Gathers the scores of every record. */
export async function readAspectScores(
  lines: AsyncIterable<Outcome>,
  aspects: readonly string[],
  figureOf: (line: Score) => number,
): Promise<AspectScores> {
  const found = new Map<string, Map<string, number>>();
  for await (const line of lines) {
    const record = found.get(line.id) ?? new Map<string, number>();
    found.set(line.id, record);
    if (line.kind === "score") record.set(line.criterion, figureOf(line));
  }
  const scores = new Map<string, readonly number[]>();
  const incomplete: string[] = [];
  for (const [id, record] of found) {
    const values = aspects.flatMap((aspect) => record.get(aspect) ?? []);
    if (values.length === aspects.length) scores.set(id, values);
    else incomplete.push(id);
  }
  return { aspects, scores, incomplete };
}
