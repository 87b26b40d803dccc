// Learning curves of the recipes, whole groups of records held out, as Markdown tables: from run files
// with human scores. No judge is needed; the same files give the same tables.
//
//     npm run build:ts && node scripts/research/tune/curves.mjs RUN.jsonl… [--seed 42] [--draws 5]
//
// Every score is out of fold: by weights that were learned without its group. From the groups that are
// not held out, whole records are drawn until there are so many labels. Intervals draw whole groups,
// the same for all recipes; runs are pooled as plain means over them. `earlier` is the recipe `ridge`
// as it was before the layers' standard deviations and the contrast.
import path from "node:path";
import { parseArgs } from "node:util";
import { partialSpearman } from "../../../dist/analysis/stats/correlation.js";
import { agreement, meanSpearman } from "../../../dist/analysis/tune/agreement.js";
import {
  outOfFold,
  roundsOf,
  rowFolds,
  someRounds,
} from "../../../dist/analysis/tune/cross-validate.js";
import { kernelLearner } from "../../../dist/analysis/tune/kernel-recipe.js";
import { probeLearner } from "../../../dist/analysis/tune/probe-recipe.js";
import { probeStates } from "../../../dist/analysis/tune/probe-states.js";
import { lagerLearner, ridgeLearner } from "../../../dist/analysis/tune/recipes.js";
import { trainingSet } from "../../../dist/analysis/tune/training-set.js";
import { openRunHidden, readRunTable } from "../../../dist/index.js";
import { earlierRidgeLearner } from "./earlier-ridge.mjs";
import { difference, meanOf, pooled } from "./pooled.mjs";
import { figure, printTable } from "./table.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" }, draws: { type: "string", default: "5" } },
});
if (files.length === 0) throw new Error("give run files");
const seed = Number(values.seed);
const draws = Number(values.draws);

/**
 * @typedef {import("../../../dist/analysis/tune/training-set.js").TrainingSet} TrainingSet
 * @typedef {import("../../../dist/analysis/tune/recipes.js").Learner} Learner
 * @typedef {import("./pooled.mjs").Gain} Gain
 * @typedef {{name: string, eScore: number, gains: Map<string, Map<string, Gain>>,
 *   all: Map<string, {byGroup: number, byRecord: number, givenLength: number}>}} Curves
 *   `gains` over the e-score by recipe and number of labels; `all`: with all labels
 */

const FOLDS = 5;
const SIZES = [20, 50, 100, 200];
const RECIPES = ["lager", "earlier", "ridge", "kernel", "probe"];

/** @type {Curves[]} */
const runs = [];
for (const file of files) {
  runs.push(await curvesOf(file));
  console.error(file);
}
const columns = [...SIZES.map(String), "all"];

console.log(
  "Mean Spearman over the criteria: the e-score, and out of fold by the number of labels\n",
);
printTable([
  ["judge, data", "e-score", "recipe", ...columns],
  ...runs.flatMap(({ name, eScore, gains }) =>
    [...gains].map(([recipe, bySize], i) => [
      ...(i === 0 ? [name, figure(eScore)] : ["", ""]),
      recipe,
      ...columns.map((size) => {
        const gain = bySize.get(size);
        return gain === undefined ? "–" : figure(eScore + gain.value);
      }),
    ]),
  ),
]);

console.log(
  "\nWith all labels: mean Spearman out of fold by group and by record, and given length\n",
);
printTable([
  ["judge, data", "method", "by group", "by record", "by group, given length"],
  ...runs.flatMap(({ name, all }) =>
    [...all].map(([method, { byGroup, byRecord, givenLength: rest }], i) => [
      ...[i === 0 ? name : "", method, figure(byGroup), figure(byRecord), figure(rest)],
    ]),
  ),
]);

for (const [title, group] of groupsOfRuns()) {
  console.log(`\nGain over the e-score, ${title}, 95 % interval\n`);
  printTable([
    ["recipe", ...columns],
    ...RECIPES.flatMap((recipe) => {
      const cells = columns.map((size) =>
        pooled(group.map(({ gains }) => gains.get(recipe)?.get(size))),
      );
      return cells.every((cell) => cell === "–") ? [] : [[recipe, ...cells]];
    }),
  ]);
  console.log(`\nDifferences, ${title}\n`);
  printTable([
    ["", ...columns],
    ...[
      ["ridge", "earlier"],
      ["kernel", "earlier"],
      ["kernel", "ridge"],
      ["ridge", "lager"],
    ].map(([recipe, other]) => [
      `${recipe} − ${other}`,
      ...columns.map((size) =>
        pooled(
          group.map(({ gains }) =>
            difference(gains.get(recipe ?? "")?.get(size), gains.get(other ?? "")?.get(size)),
          ),
        ),
      ),
    ]),
  ]);
}

/**
 * Mean over the criteria of Spearman given the response's length.
 *
 * @param {TrainingSet} set
 * @param {Float64Array} scores
 */
function givenLength(set, scores) {
  const figures = set.criteria.map((_, c) => {
    const rows = [...set.lines.keys()].filter((row) => set.criterionOf[row] === c);
    const of = (/** @type {ArrayLike<number>} */ values) =>
      rows.map((row) => values[row] ?? Number.NaN);
    const lengths = set.lines.map((line) => set.table.responseLength[line] ?? Number.NaN);
    return partialSpearman(of(scores), of(set.targets), of(lengths)).value ?? Number.NaN;
  });
  return figures.reduce((sum, each) => sum + each, 0) / figures.length;
}

/** All runs, and those of each judge. @returns {[string, Curves[]][]} */
function groupsOfRuns() {
  /** @type {Map<string, Curves[]>} */
  const byJudge = new Map();
  for (const run of runs) {
    const judge = run.name.split(",")[0] ?? "";
    byJudge.set(judge, [...(byJudge.get(judge) ?? []), run]);
  }
  return [
    [`mean of all ${runs.length} runs`, runs],
    ...(byJudge.size > 1
      ? [...byJudge].map(([judge, own]) => /** @type {[string, Curves[]]} */ ([judge, own]))
      : []),
  ];
}

/**
 * @param {string} file
 * @returns {Promise<Curves>}
 */
async function curvesOf(file) {
  const table = await readRunTable([file]);
  const { judge, task } = table.header;
  const layers = Array.from({ length: judge.layers }, (_, i) => i + 1);
  const set = trainingSet(table, { projection: "normed", layers });
  const learners = await learnersOf(set);
  const base = agreement(set, set.eScores, seed);
  /** @type {Curves["gains"]} */
  const gains = new Map();
  /** @type {Curves["all"]} */
  const all = new Map([
    [
      "e-score",
      {
        byGroup: base.spearman.value,
        byRecord: base.spearman.value,
        givenLength: givenLength(set, set.eScores),
      },
    ],
  ]);
  for (const [recipe, learner] of learners) {
    const rounds = roundsOf(rowFolds(set, FOLDS, seed), FOLDS, learner.learnsFrom);
    const available = Math.min(...rounds.map(({ training }) => training.length));
    /** @type {Map<string, Gain>} */
    const bySize = new Map();
    for (const size of [...SIZES.filter((labels) => labels <= available), null]) {
      const repeats = size === null ? 1 : draws;
      /** @type {import("../../../dist/analysis/tune/agreement.js").Agreement[]} */
      const figures = [];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const some = size === null ? rounds : someRounds(set, rounds, size, seed, repeat);
        figures.push(agreement(set, await outOfFold(set, learner, some), seed));
      }
      const gain = difference(meanOf(figures), meanOf([base]));
      if (gain !== undefined) bySize.set(size === null ? "all" : String(size), gain);
    }
    gains.set(recipe, bySize);
    const scores = await outOfFold(set, learner, rounds);
    // Folds of records, whose neighbours in the group are learned from.
    const groupOf = set.lines.map((line) => table.recordOf[line] ?? 0);
    const byRecord = roundsOf(
      rowFolds({ ...set, groupOf }, FOLDS, seed),
      FOLDS,
      learner.learnsFrom,
    );
    all.set(recipe, {
      byGroup: meanSpearman(set, scores),
      byRecord: meanSpearman(set, await outOfFold(set, learner, byRecord)),
      givenLength: givenLength(set, scores),
    });
  }
  const records = new Set(Array.from(set.lines, (line) => table.recordOf[line])).size;
  const groups = new Set(set.groupOf).size;
  const name =
    `${path.basename(judge.name, ".gguf")}, ${task.name}: ${records} records in ${groups} groups ` +
    `× ${set.criteria.length}`;
  return { name, eScore: base.spearman.value, gains, all };
}

/**
 * @param {TrainingSet} set
 * @returns {Promise<Map<string, Learner>>}
 */
async function learnersOf(set) {
  const learners = new Map([
    ["lager", lagerLearner(set, { seed })],
    ["earlier", earlierRidgeLearner(set)],
    ["ridge", ridgeLearner(set, { carried: null })],
    ["kernel", await kernelLearner(set, { seed })],
  ]);
  if (set.table.hiddenRowOf.every((row) => row === -1)) return learners;
  const hidden = await openRunHidden(set.table);
  learners.set("probe", probeLearner(set, await probeStates(set, hidden, hidden.layers, seed), {}));
  await hidden[Symbol.asyncDispose]();
  return learners;
}
