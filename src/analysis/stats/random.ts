import { LagerError } from "../../base/errors.ts";

/** Gives the next number of a seeded sequence, 0 ≤ x < 1, of 32 random bits. */
export type Random = () => number;

/**
 * A seeded sequence of random numbers: the same seed gives the same numbers on every machine.
 *
 * The generator is sfc32 (C. Doty-Humphrey's "small fast chaotic" with 32-bit words and a counter):
 * 128 bits of state, no cycle shorter than 2³².
 *
 * @param seed Any integer; its low 53 bits count.
 * @param stream Sequences of other numbers from the same seed.
 */
export function seededRandom(seed: number, stream = 0): Random {
  let a = Math.trunc(seed) | 0;
  let b = Math.floor(seed / 0x1_0000_0000) | 0;
  let c = stream | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  // The first numbers of neighbouring seeds are alike until the state has been mixed.
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** A random order of 0…count − 1 (Fisher–Yates), shape [count]. */
export function shuffledIndices(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/**
 * Deals records out to folds of equal size (give or take one), in a seeded random order. Lines of
 * one record belong into one fold: its criteria share a response, so that a line is no fresh test
 * of what was learned from its neighbours.
 *
 * @returns The fold of each record, 0 … folds − 1, shape [records].
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two folds, or records than folds.
 */
export function dealFolds(records: number, folds: number, seed: number): Int32Array {
  if (!Number.isSafeInteger(folds) || folds < 2 || folds > records) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${records} records cannot be dealt out to ${folds} folds: there are two folds or more, and ` +
        "a record for each",
    );
  }
  const foldOf = new Int32Array(records);
  for (const [place, record] of shuffledIndices(records, seededRandom(seed)).entries()) {
    foldOf[record] = place % folds;
  }
  return foldOf;
}
