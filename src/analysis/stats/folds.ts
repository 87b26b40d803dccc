import { LagerError } from "../../base/errors.ts";
import { seededRandom, shuffledIndices } from "./random.ts";

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
