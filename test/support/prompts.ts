/** A prompt of token ids that look random and are the same every time. */
export function tokenPrompt(length: number, vocabularySize: number, seed = 1): Int32Array {
  // Knuth's multiplicative hash; the ids lie anywhere in the vocabulary.
  return Int32Array.from({ length }, (_, index) => {
    const hash = Math.imul(index * 31 + seed * 7919, 2654435761) >>> 0;
    return hash % vocabularySize;
  });
}

/** Five token ids to stand for labels. */
export const LABELS = Int32Array.of(40, 41, 42, 43, 44);
