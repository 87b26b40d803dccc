// What a plan of `lager label plan` gains over random records, as Markdown tables: from run files with
// human scores. No judge is needed; the same files give the same tables.
//
//     npm run build:ts && node scripts/research/label-plan/run.mjs RUN.jsonl… [--seed 42] [--draws 5]
//
// As in tune/curves.mjs every score is out of fold, by weights that were learned without its group.
// The plan is made of the lines that are not held out, as if there were no others.
import path from "node:path";
import { parseArgs } from "node:util";
import { pickRatings } from "../../../dist/analysis/rating/pick-ratings.js";
import { agreement } from "../../../dist/analysis/tune/agreement.js";
import {
  outOfFold,
  roundsOf,
  rowFolds,
  someRounds,
} from "../../../dist/analysis/tune/cross-validate.js";
import { ridgeLearner } from "../../../dist/analysis/tune/recipes.js";
import { trainingSet } from "../../../dist/analysis/tune/training-set.js";
import { readRunTable } from "../../../dist/index.js";
import { difference, meanOf, pooled } from "../tune/pooled.mjs";
import { figure, printTable } from "../tune/table.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" }, draws: { type: "string", default: "5" } },
});
if (files.length === 0) throw new Error("give run files");
const seed = Number(values.seed);
const draws = Number(values.draws);

/**
 * @typedef {import("../../../dist/analysis/tune/training-set.js").TrainingSet} TrainingSet
 * @typedef {import("../../../dist/analysis/tune/cross-validate.js").Round} Round
 * @typedef {import("../tune/pooled.mjs").Gain} Gain
 * @typedef {{name: string, judge: string, eScore: Gain,
 *   bySize: Map<number, Map<string, Gain>>}} PlanRun - agreements by labels and by who is labelled
 */

const FOLDS = 5;
const SIZES = [20, 50, 100, 200];
const RULES = /** @type {const} */ (["record", "criterion"]);

/** @type {PlanRun[]} */
const runs = [];
for (const file of files) {
  runs.push(await planRun(file));
  console.error(file);
}

console.log("Mean Spearman over the criteria, out of fold, by what was labelled\n");
printTable([
  ["judge, data", "e-score", "labels", "random records", ...RULES.map((rule) => `by ${rule}`)],
  ...runs.flatMap(({ name, eScore, bySize }) =>
    [...bySize].map(([size, byWay], i) => [
      ...(i === 0 ? [name, figure(eScore.value)] : ["", ""]),
      String(size),
      ...["random", ...RULES].map((way) => figure(byWay.get(way)?.value)),
    ]),
  ),
]);

for (const [title, group] of groupsOfRuns()) {
  console.log(`\nAgainst random records, ${title}, 95 % interval\n`);
  printTable([
    ["labels", ...RULES.map((rule) => `by ${rule}`)],
    ...SIZES.map((size) => [
      String(size),
      ...RULES.map((rule) =>
        pooled(
          group.map(({ bySize }) =>
            difference(bySize.get(size)?.get(rule), bySize.get(size)?.get("random")),
          ),
        ),
      ),
    ]),
  ]);
}

/**
 * @param {string} file
 * @returns {Promise<PlanRun>}
 */
async function planRun(file) {
  const table = await readRunTable(file.split(","));
  const { judge, task } = table.header;
  const layers = Array.from({ length: judge.layers }, (_, i) => i + 1);
  const set = trainingSet(table, { projection: "normed", layers });
  const learner = ridgeLearner(set, { carried: null });
  const rounds = roundsOf(rowFolds(set, FOLDS, seed), FOLDS);
  const available = Math.min(...rounds.map(({ training }) => training.length));
  // Of which one criterion each may be picked.
  const records = Math.min(...rounds.map(({ training }) => recordsOf(set, training)));
  /** @type {PlanRun["bySize"]} */
  const bySize = new Map();
  for (const size of SIZES.filter((labels) => labels <= available)) {
    /** @type {Map<string, Gain>} */
    const byWay = new Map();
    for (const way of /** @type {const} */ (["random", ...RULES])) {
      if (way === "criterion" && records < size) continue;
      const figures = [];
      // Whole records are picked without chance.
      for (let repeat = 0; repeat < (way === "record" ? 1 : draws); repeat++) {
        const few =
          way === "random"
            ? someRounds(set, rounds, size, seed, repeat)
            : await plannedRounds(set, rounds, size, way, repeat);
        figures.push(agreement(set, await outOfFold(set, learner, few), seed));
      }
      byWay.set(way, meanOf(figures));
    }
    bySize.set(size, byWay);
  }
  const name =
    `${path.basename(judge.name, ".gguf")}, ${task.name}, ` +
    `${new Set(table.recordOf).size} × ${set.criteria.length}`;
  const eScore = meanOf([agreement(set, set.eScores, seed)]);
  return { name, judge: path.basename(judge.name, ".gguf"), eScore, bySize };
}

/**
 * How many records some rows are of.
 *
 * @param {TrainingSet} set
 * @param {Int32Array} rows
 */
function recordsOf({ table, lines }, rows) {
  return new Set(Array.from(rows, (row) => table.recordOf[lines[row] ?? 0])).size;
}

/**
 * The same rounds, learned from what a plan for their lines picks.
 *
 * @param {TrainingSet} set
 * @param {readonly Round[]} rounds
 * @param {number} count
 * @param {typeof RULES[number]} by
 * @param {number} repeat
 * @returns {Promise<Round[]>}
 */
function plannedRounds(set, rounds, count, by, repeat) {
  return Promise.all(
    rounds.map(async ({ training, heldOut }, round) => {
      const picked = await pickRatings(tableOf(set, training), {
        ...{ count, by, seed: seed + 1_000 * (repeat + 1) + round },
      });
      return { training: Int32Array.from(picked, (at) => training[at] ?? 0), heldOut };
    }),
  );
}

/**
 * The lines of some rows, as a run of their own: what picking reads of it.
 *
 * @param {TrainingSet} set
 * @param {Int32Array} rows
 */
function tableOf({ table, lines }, rows) {
  const own = Int32Array.from(rows, (row) => lines[row] ?? 0);
  const layerRows = table.header.judge.layers + 1;
  return {
    ...table,
    lines: own.length,
    recordOf: Int32Array.from(own, (line) => table.recordOf[line] ?? 0),
    criterionOf: Int32Array.from(own, (line) => table.criterionOf[line] ?? 0),
    nodes: table.nodes.map((node) => {
      const width = layerRows * node.outcomes.length;
      const normed = new Float32Array(own.length * width);
      for (const [i, line] of own.entries()) {
        normed.set(node.normed.subarray(line * width, (line + 1) * width), i * width);
      }
      return { ...node, normed };
    }),
  };
}

/** All runs, and those of each judge. @returns {[string, PlanRun[]][]} */
function groupsOfRuns() {
  const judges = [...new Set(runs.map(({ judge }) => judge))];
  return [
    [`mean of all ${runs.length} runs`, runs],
    ...judges.map((judge) => {
      const own = runs.filter((run) => run.judge === judge);
      return /** @type {[string, PlanRun[]]} */ ([`${judge}, ${own.length} runs`, own]);
    }),
  ];
}
