// What labels make of the rating's layers and of the questions, whole conversations held out.
import { isDeepStrictEqual } from "node:util";
import { agreement, compare } from "../../../dist/analysis/tune/agreement.js";
import { outOfFold, roundsOf, rowFolds } from "../../../dist/analysis/tune/cross-validate.js";
import { standardOf } from "../../../dist/analysis/tune/moments.js";
import { ridgeLearner, sumsOf } from "../../../dist/analysis/tune/recipes.js";
import { fitRidge } from "../../../dist/analysis/tune/ridge-recipe.js";
import { interval, signed } from "../tune/table.mjs";
import { eScoresOf, keyOf, lineName, partOf, recordName } from "./arms.mjs";
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
  const learned = (
    /** @type {import("../../../dist/analysis/tune/recipes.js").Learner} */ learner,
  ) => outOfFold(set, learner, rounds);
  /** @type {[string, Float64Array][]} */
  const methods = [
    ["the rating's layers", await learned(ridgeLearner(set, { carried: null }))],
    ["the layers of yes/no", await yesNoLayers(set, asked, rounds)],
    ["the criterion's questions", await learned(questionLearner(set, yes, false))],
    ["all questions", await learned(questionLearner(set, yes, true))],
  ];
  const agreements = methods.map(([, scores]) => agreement(set, scores, seed));
  const [ofLayers = base] = agreements;
  const difference = { text: signed, digits: 2 };
  return agreements.map((method, i) => [
    ...[judge, methods[i]?.[0] ?? "", String(set.lines.length / set.criteria.length)],
    interval(method.spearman, { digits: 2 }),
    interval(compare(method, base).difference, difference),
    interval(compare(method, ofLayers).difference, difference),
  ]);
}

/**
 * What ridge makes of the layers behind each criterion's first question, in the same folds: for every row
 * of the rating's set.
 *
 * @param {TrainingSet} set
 * @param {import("./arms.mjs").Arm} asked
 * @param {ReturnType<typeof roundsOf>} rounds
 */
async function yesNoLayers(set, asked, rounds) {
  const firsts = CRITERIA.map((name) => asked.set.criteria.indexOf(questionName(name, 0)));
  const rowOf = new Map(
    Array.from(asked.set.lines, (line, row) => [keyOf(asked.set.table, line), row]),
  );
  // In the order of the rating's rows, so that its folds fit.
  const order = Array.from(set.lines, (line, row) => {
    const criterion = set.criteria[set.criterionOf[row] ?? -1] ?? "";
    return rowOf.get(lineName(recordName(set.table, line), questionName(criterion, 0))) ?? -1;
  });
  const wanted = new Set(order);
  const kept = [...asked.set.lines.keys()].filter((row) => wanted.has(row));
  if (!isDeepStrictEqual(kept, order)) {
    throw new Error("the two runs have their lines in other orders");
  }
  const part = partOf(asked.set, (row) => wanted.has(row));
  const yesNo = {
    ...{ ...part, criteria: CRITERIA, groupOf: set.groupOf },
    criterionOf: part.criterionOf.map((c) => firsts.indexOf(c)),
  };
  return outOfFold(yesNo, ridgeLearner(yesNo, { carried: null }), rounds);
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
  const own = QUESTIONS[CRITERIA[0] ?? ""]?.length ?? 0;
  const size = ofOthers ? own * CRITERIA.length : own;
  const x = new Float64Array(set.lines.length * size);
  for (const [row, line] of set.lines.entries()) {
    const criterion = set.criteria[set.criterionOf[row] ?? -1] ?? "";
    const order = [criterion, ...CRITERIA.filter((other) => other !== criterion)];
    const features = order.flatMap((name) =>
      (QUESTIONS[name] ?? []).map((_, q) => {
        const p = yes.get(lineName(recordName(set.table, line), questionName(name, q))) ?? 0.5;
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
    const record = recordName(table, line);
    if (!names.every((name) => yes.has(lineName(record, name)))) continue;
    found.set(keyOf(table, line), 0);
  }
  return found;
}
