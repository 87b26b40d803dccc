// What labels make of the rating's layers and of the questions, whole conversations held out.
import { agreement, compare } from "../../../dist/analysis/tune/agreement.js";
import { outOfFold, roundsOf, rowFolds } from "../../../dist/analysis/tune/cross-validate.js";
import { standardOf } from "../../../dist/analysis/tune/moments.js";
import { ridgeLearner, sumsOf } from "../../../dist/analysis/tune/recipes.js";
import { fitRidge } from "../../../dist/analysis/tune/ridge-recipe.js";
import { figure, signed } from "../tune/table.mjs";
import { eScoresOf, lineName } from "./arms.mjs";
import { CRITERIA, QUESTIONS, questionName } from "./variants.mjs";

const FOLDS = 5;

/** @typedef {import("../../../dist/analysis/tune/training-set.js").TrainingSet} TrainingSet */

/**
 * Rows of the table: what ridge gives out of fold, with all labels.
 *
 * @param {string} judge
 * @param {import("./arms.mjs").Arm} rating
 * @param {import("./arms.mjs").Arm} asked
 * @param {number} seed
 */
export async function withLabels(judge, rating, asked, seed) {
  const yes = eScoresOf(asked.set);
  const { set } = rating.onLines(recordsWith(rating.set, yes));
  if (new Set(set.groupOf).size < FOLDS) return [];
  const rounds = roundsOf(rowFolds(set, FOLDS, seed), FOLDS);
  const base = agreement(set, set.eScores, seed);
  /** @type {string[][]} */
  const rows = [];
  for (const [name, learner] of /** @type {const} */ ([
    ["the rating's layers", ridgeLearner(set, { carried: null })],
    ["the criterion's questions", questionLearner(set, yes, false)],
    ["all questions", questionLearner(set, yes, true)],
  ])) {
    const method = agreement(set, await outOfFold(set, learner, rounds), seed);
    const { difference } = compare(method, base);
    rows.push([
      ...[judge, name, String(set.lines.length / set.criteria.length)],
      `${figure(method.spearman.value)} [${figure(method.spearman.low, 2)}, ${figure(method.spearman.high, 2)}]`,
      `${signed(difference.value)} [${figure(difference.low, 2)}, ${figure(difference.high, 2)}]`,
    ]);
  }
  return rows;
}

/**
 * Ridge on log-odds of yes: the criterion's own questions first, shrunk toward equal weights of these.
 *
 * @param {TrainingSet} set
 * @param {ReadonlyMap<string, number>} yes
 * @param {boolean} ofOthers whether the other criteria's questions are features too
 * @returns {import("../../../dist/analysis/tune/recipes.js").Learner}
 */
function questionLearner(set, yes, ofOthers) {
  const { records, recordOf } = set.table;
  const own = QUESTIONS[CRITERIA[0] ?? ""]?.length ?? 0;
  const size = ofOthers ? own * CRITERIA.length : own;
  const x = new Float64Array(set.lines.length * size);
  for (const [row, line] of set.lines.entries()) {
    const criterion = set.criteria[set.criterionOf[row] ?? -1] ?? "";
    const order = [criterion, ...CRITERIA.filter((other) => other !== criterion)];
    const features = order.flatMap((name) =>
      (QUESTIONS[name] ?? []).map((_, q) => {
        const p =
          yes.get(lineName(records[recordOf[line] ?? -1] ?? "", questionName(name, q))) ?? 0.5;
        return Math.log(p / (1 - p));
      }),
    );
    x.set(features.slice(0, size), row * size);
  }
  const every = Int32Array.from(set.lines, (_, row) => row);
  const standards = sumsOf(set, { x, size }, every).map(standardOf);
  const equal = Float64Array.from({ length: size }, (_, i) => (i < own ? 1 : 0));
  return async (rows) => {
    const fit = fitRidge(sumsOf(set, { x, size }, rows), standards, [
      { direction: equal, share: 3 },
      { direction: new Float64Array(size), share: 1 },
    ]);
    return {
      ...{ layerWeights: new Float64Array(), chosen: {} },
      predict: (asked) =>
        Float64Array.from(asked, (row) => {
          const c = set.criterionOf[row] ?? 0;
          const { means, deviations } = standards[c] ?? { means: [], deviations: [] };
          let sum = 0;
          for (let i = 0; i < size; i++) {
            const value = (x[row * size + i] ?? Number.NaN) - (means[i] ?? Number.NaN);
            sum += ((fit.criteria[c]?.[i] ?? Number.NaN) * value) / (deviations[i] ?? Number.NaN);
          }
          return sum;
        }),
    };
  };
}

/**
 * The lines whose replies were asked all questions, with a number each.
 *
 * @param {TrainingSet} set
 * @param {ReadonlyMap<string, number>} yes
 */
function recordsWith({ table, lines }, yes) {
  const names = CRITERIA.flatMap((name) =>
    (QUESTIONS[name] ?? []).map((_, q) => questionName(name, q)),
  );
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const line of lines) {
    const record = table.records[table.recordOf[line] ?? -1] ?? "";
    if (!names.every((name) => yes.has(lineName(record, name)))) continue;
    found.set(lineName(record, table.criteria[table.criterionOf[line] ?? -1] ?? ""), 0);
  }
  return found;
}
