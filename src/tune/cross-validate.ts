import { LagerError } from "../errors.ts";
import { dealFolds } from "../stats/folds.ts";
import { seededRandom, shuffledIndices } from "../stats/random.ts";
import type { Validation } from "../weights/weights-format.ts";
import { meanSpearman } from "./agreement.ts";
import type { Learner } from "./recipes.ts";
import type { TrainingSet } from "./training-set.ts";

/**
 * The fold of each row. Records that belong together stay together, with all their criteria: a line
 * is no fresh test of what was learned from its neighbours.
 *
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer groups of records than folds.
 */
export function rowFolds(set: TrainingSet, folds: number, seed: number): Int32Array {
  const numbers = new Map<number, number>();
  for (const group of set.groupOf) if (!numbers.has(group)) numbers.set(group, numbers.size);
  if (numbers.size < folds) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${numbers.size} labelled groups of records cannot be dealt out to ${folds} folds: label more`,
    );
  }
  const foldOf = dealFolds(numbers.size, folds, seed);
  return Int32Array.from(set.groupOf, (group) => foldOf[numbers.get(group) ?? 0] as number);
}

/**
 * Scores of all rows, each by what was learned from the other folds, shape [rows].
 *
 * @param most Learn from at most so many rows of them: whole groups at random, as `order` has it.
 */
export async function outOfFold(
  set: TrainingSet,
  learner: Learner,
  foldOf: Int32Array,
  folds: number,
  most?: { readonly labels: number; readonly seed: number },
): Promise<Float64Array> {
  const scores = new Float64Array(set.lines.length).fill(Number.NaN);
  for (let fold = 0; fold < folds; fold++) {
    const training = rowsWhere(foldOf, (each) => each !== fold);
    const heldOut = rowsWhere(foldOf, (each) => each === fold);
    const rows =
      most === undefined ? training : someRows(set, training, most.labels, most.seed + fold);
    const predicted = (await learner(rows)).predict(heldOut);
    for (const [i, row] of heldOut.entries()) scores[row] = predicted[i] as number;
  }
  return scores;
}

/** Sizes of the learning curve, in labels. */
const CURVE = [20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
const REPEATS = 5;

/** Mean Spearman over the criteria with few labels, out of fold; the mean and range of 5 draws. */
export async function learningCurve(
  set: TrainingSet,
  learner: Learner,
  foldOf: Int32Array,
  folds: number,
  seed: number,
): Promise<Validation["learningCurve"]> {
  const available = Math.floor((set.lines.length * (folds - 1)) / folds);
  const points: Validation["learningCurve"][number][] = [];
  for (const labels of CURVE.filter((size) => size <= available)) {
    const figures: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const most = { labels, seed: seed + 1_000 * (repeat + 1) };
      figures.push(meanSpearman(set, await outOfFold(set, learner, foldOf, folds, most)));
    }
    points.push({
      records: Math.max(1, Math.round(labels / set.criteria.length)),
      labels,
      spearman: {
        value: figures.reduce((sum, figure) => sum + figure, 0) / REPEATS,
        low: Math.min(...figures),
        high: Math.max(...figures),
      },
    });
  }
  return points;
}

/** Whole records, drawn at random, until there are enough rows. */
function someRows(set: TrainingSet, rows: Int32Array, labels: number, seed: number): Int32Array {
  const byRecord = new Map<number, number[]>();
  for (const row of rows) {
    const record = set.table.recordOf[set.lines[row] as number] as number;
    const own = byRecord.get(record) ?? [];
    own.push(row);
    byRecord.set(record, own);
  }
  const records = [...byRecord.values()];
  const chosen: number[] = [];
  for (const i of shuffledIndices(records.length, seededRandom(seed))) {
    if (chosen.length >= labels) break;
    chosen.push(...(records[i] ?? []));
  }
  return Int32Array.from(chosen);
}

function rowsWhere(foldOf: Int32Array, isWanted: (fold: number) => boolean): Int32Array {
  return Int32Array.from(foldOf, (_, row) => row).filter((row) => isWanted(foldOf[row] as number));
}
