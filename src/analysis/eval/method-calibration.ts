import type { RunTable } from "../../run/run-table.ts";
import { applyMonotone, calibrationBins, isotonicMap } from "../stats/calibration.ts";
import { dealFolds } from "../stats/random.ts";
import type { MethodCalibration, MonotoneMap } from "./eval-result.ts";
import type { MethodScores } from "./method.ts";

/** With fewer items a monotone map learns nothing that a fold could check. */
const FEWEST_FOR_A_MAP = 10;
const FOLDS = 5;
const BINS = 10;

/**
 * Predicted against human scores of a method over all criteria, and whether a monotone map of its
 * scores would come nearer: learned and checked on folds of groups of records.
 *
 * @param lines Lines with a human score.
 */
export function methodCalibration(
  table: RunTable,
  lines: Int32Array,
  { method, scores }: MethodScores,
  seed: number,
): MethodCalibration {
  const own = lines.filter((line) => !Number.isNaN(scores[line]));
  const predicted = Float64Array.from(own, (line) => scores[line] ?? Number.NaN);
  const human = Float64Array.from(own, (line) => table.human[line] ?? Number.NaN);
  return {
    method,
    bins: calibrationBins(predicted, human, BINS),
    meanAbsoluteError: meanAbsoluteError(predicted, human),
    rootMeanSquaredError: rootMeanSquaredError(predicted, human),
    monotone: monotoneMap(
      predicted,
      human,
      own.map((line) => table.groupOf[line] as number),
      seed,
    ),
  };
}

function monotoneMap(
  predicted: Float64Array,
  human: Float64Array,
  groupOf: Int32Array,
  seed: number,
): MonotoneMap | null {
  const groups = [...new Set(groupOf)];
  if (predicted.length < FEWEST_FOR_A_MAP || groups.length < FOLDS) return null;
  const folds = dealFolds(groups.length, FOLDS, seed);
  const foldOfGroup = new Map(groups.map((group, index) => [group, folds[index]]));
  const foldOf = Array.from(groupOf, (group) => foldOfGroup.get(group));
  const mapped = new Float64Array(predicted.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const outside = (_: number, item: number): boolean => foldOf[item] !== fold;
    const map = isotonicMap(predicted.filter(outside), human.filter(outside));
    for (const [item, score] of predicted.entries()) {
      if (foldOf[item] === fold) mapped[item] = applyMonotone(map, score);
    }
  }
  return {
    points: isotonicMap(predicted, human).map(({ x, y }) => ({ score: x, human: y })),
    folds: FOLDS,
    meanAbsoluteError: meanAbsoluteError(mapped, human) ?? Number.NaN,
    rootMeanSquaredError: rootMeanSquaredError(mapped, human) ?? Number.NaN,
  };
}

function meanAbsoluteError(predicted: Float64Array, human: Float64Array): number | null {
  if (predicted.length === 0) return null;
  const sum = predicted.reduce(
    (total, score, i) => total + Math.abs(score - (human[i] as number)),
    0,
  );
  return sum / predicted.length;
}

function rootMeanSquaredError(predicted: Float64Array, human: Float64Array): number | null {
  if (predicted.length === 0) return null;
  const sum = predicted.reduce((total, score, i) => total + (score - (human[i] as number)) ** 2, 0);
  return Math.sqrt(sum / predicted.length);
}
