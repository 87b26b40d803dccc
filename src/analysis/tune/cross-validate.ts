import { LagerError } from "../../base/errors.ts";
import type { Validation } from "../../scoring/weights/weights-format.ts";
import { dealFolds, type Random, seededRandom, shuffledIndices } from "../stats/random.ts";
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
      `${numbers.size} labelled groups of records cannot be dealt out to ${folds} folds: label more, or take fewer folds`,
    );
  }
  const foldOf = dealFolds(numbers.size, folds, seed);
  return Int32Array.from(set.groupOf, (group) => foldOf[numbers.get(group) ?? 0] as number);
}

/** What is learned from and what is scored in one round of a cross-validation. */
export interface Round {
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * The rounds of a cross-validation: each fold is held out once.
 *
 * @param learnsFrom Rows that may be learned from; all are scored.
 */
export function roundsOf(
  foldOf: Int32Array,
  folds: number,
  learnsFrom: (row: number) => boolean = () => true,
): Round[] {
  return Array.from({ length: folds }, (_, fold) => {
    const rows = Int32Array.from(foldOf, (_, row) => row);
    return {
      training: rows.filter((row) => foldOf[row] !== fold && learnsFrom(row)),
      heldOut: rows.filter((row) => foldOf[row] === fold),
    };
  });
}

/** Scores of all rows, each by what was learned without its fold, shape [rows]. */
export async function outOfFold(
  set: TrainingSet,
  learner: Learner,
  rounds: readonly Round[],
): Promise<Float64Array> {
  const scores = new Float64Array(set.lines.length).fill(Number.NaN);
  for (const { training, heldOut } of rounds) {
    const predicted = (await learner(training)).predict(heldOut);
    for (let i = 0; i < heldOut.length; i++) scores[heldOut[i] as number] = predicted[i] as number;
  }
  return scores;
}

/** Sizes of the learning curve, in labels. */
const CURVE = [20, 50, 100, 200, 400, 1_000, 2_000, 5_000];
const REPEATS = 5;

/**
 * Mean Spearman over the criteria with few labels, out of fold; the mean and range of 5 draws. Held-out
 * groups are whole: labels are drawn from the others, record by record, as people would label them. A
 * learner that can learn from part of the rows alone is checked on that part: 200 rounds cost enough.
 */
export async function validatedCurve(
  set: TrainingSet,
  learner: Learner,
  rounds: readonly Round[],
  seed: number,
): Promise<Validation["learningCurve"]> {
  const available = Math.min(...rounds.map(({ training }) => training.length));
  const { learnsFrom = () => true } = learner;
  const checked = rounds.map(({ training, heldOut }) => ({
    training,
    heldOut: heldOut.filter(learnsFrom),
  }));
  const points: Validation["learningCurve"][number][] = [];
  for (const labels of CURVE.filter((size) => size <= available)) {
    const figures: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const few = someRounds(set, checked, labels, seed, repeat);
      figures.push(meanSpearman(set, await outOfFold(set, learner, few)));
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

/**
 * The same rounds with fewer labels to learn from: in each, whole records are drawn at random until
 * there are so many.
 *
 * @param repeat Number of the draw, from 0.
 */
export function someRounds(
  set: TrainingSet,
  rounds: readonly Round[],
  labels: number,
  seed: number,
  repeat: number,
): Round[] {
  return rounds.map(({ training, heldOut }, round) => {
    const random = seededRandom(seed + 1_000 * (repeat + 1) + round);
    return { training: someRows(rowsByRecord(set, training), labels, random), heldOut };
  });
}

function rowsByRecord(set: TrainingSet, rows: Int32Array): number[][] {
  const byRecord = new Map<number, number[]>();
  for (const row of rows) {
    const record = set.table.recordOf[set.lines[row] as number] as number;
    const own = byRecord.get(record);
    if (own === undefined) byRecord.set(record, [row]);
    else own.push(row);
  }
  return [...byRecord.values()];
}

/** Whole records, drawn at random, until there are enough rows. */
function someRows(
  records: readonly (readonly number[])[],
  labels: number,
  random: Random,
): Int32Array {
  const chosen: number[] = [];
  for (const i of shuffledIndices(records.length, random)) {
    if (chosen.length >= labels) break;
    chosen.push(...(records[i] ?? []));
  }
  return Int32Array.from(chosen);
}
