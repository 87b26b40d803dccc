/** Words in a shingle. */
const SHINGLE = 3;

/**
 * Texts that were kept, to tell whether another one is nearly the same as one of them.
 *
 * The rule: both texts in lower case, cut into runs of letters and digits, each three consecutive
 * ones a shingle (a text of fewer words is one shingle); two texts are near-duplicates when the
 * share of common shingles among all of both (Jaccard's index) reaches the threshold.
 */
export class NearDuplicates {
  readonly #threshold: number;
  /** Kept texts by shingle. */
  readonly #index = new Map<string, number[]>();
  readonly #sizes: number[] = [];

  /** @param threshold from 0 (exclusive) to 1; 1 finds only texts with the very same shingles. */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Keeps a text, unless it is too like one that was kept before: then `false`. */
  keep(text: string): boolean {
    const shingles = shinglesOf(text);
    const common = new Map<number, number>();
    for (const shingle of shingles) {
      for (const kept of this.#index.get(shingle) ?? []) {
        common.set(kept, (common.get(kept) ?? 0) + 1);
      }
    }
    for (const [kept, count] of common) {
      const all = shingles.size + (this.#sizes[kept] ?? 0) - count;
      if (count / all >= this.#threshold) return false;
    }
    const number = this.#sizes.push(shingles.size) - 1;
    for (const shingle of shingles) {
      const kept = this.#index.get(shingle);
      if (kept === undefined) this.#index.set(shingle, [number]);
      else kept.push(number);
    }
    return true;
  }
}

function shinglesOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length <= SHINGLE) return new Set([words.join(" ")]);
  return new Set(
    Array.from({ length: words.length - SHINGLE + 1 }, (_, i) =>
      words.slice(i, i + SHINGLE).join(" "),
    ),
  );
}
