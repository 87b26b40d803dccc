// Probes of hidden states against layer weights, as Markdown tables: within a task by the number of
// labels, and carried to another task. From run files that were scored with --capture hidden:all.
//
//     npm run build:ts && node scripts/research/tune/probes.mjs RUN.jsonl… [--seed 42]
//
// Within a task everything is out of fold. Across tasks the weights are learned from all labels of one
// task and score the other by the linear function that criteria have in common.
import path from "node:path";
import { parseArgs } from "node:util";
import { meanSpearman } from "../../../dist/analysis/tune/agreement.js";
import { featureReader } from "../../../dist/analysis/tune/row-features.js";
import { trainingSet } from "../../../dist/analysis/tune/training-set.js";
import { openRunHidden, readRunTable, tune } from "../../../dist/index.js";
import { probeFeatures } from "../../../dist/scoring/score/apply-weights.js";
import { linearSum } from "../../../dist/scoring/score/layer-score.js";
import { figure, interval, printTable, signed } from "./table.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" } },
});
if (files.length === 0) throw new Error("give run files that have hidden states beside them");
const seed = Number(values.seed);

/**
 * @typedef {import("../../../dist/index.js").Weights} Weights
 * @typedef {import("../../../dist/index.js").RunTable} RunTable
 * @typedef {import("../../../dist/analysis/tune/training-set.js").TrainingSet} TrainingSet
 * @typedef {{table: RunTable, learned: ReadonlyMap<Learner, Weights>, judge: string, task: string,
 *   name: string}} Run
 * @typedef {{name: string, recipe: "ridge" | "probe", layers?: string, depth?: number}} Learner
 */

/** @type {readonly Learner[]} */
const LEARNERS = [
  { name: "ridge", recipe: "ridge" },
  { name: "probe, all layers", recipe: "probe" },
  { name: "probe, upper half", recipe: "probe", layers: "upper" },
  { name: "probe, layer at 60 %", recipe: "probe", depth: 0.6 },
];
const SIZES = [20, 50, 100, 200, 400];

/** @type {Run[]} */
const runs = [];
for (const file of files) {
  const table = await readRunTable([file]);
  const { judge, task } = table.header;
  /** @type {Map<Learner, Weights>} */
  const learned = new Map();
  for (const learner of LEARNERS) {
    const { name, recipe, layers, depth } = learner;
    const hidden = await openRunHidden(table);
    const spec = depth === undefined ? layers : String(Math.round(depth * judge.layers));
    const weights = await tune(table, {
      ...{ recipe, seed, hidden, allowWorse: true },
      ...(spec !== undefined && { layers: spec }),
    });
    learned.set(learner, weights);
    await hidden[Symbol.asyncDispose]();
    console.error(`${file}: ${name}`);
  }
  const records = new Set(table.recordOf).size;
  runs.push({
    ...{ table, learned, judge: path.basename(judge.name, ".gguf"), task: String(task.name) },
    name: `${path.basename(judge.name, ".gguf")}, ${task.name}, ${records} × ${table.criteria.length}`,
  });
}

console.log("Mean Spearman out of fold, by labels\n");
printTable([
  ["judge, data", "e-score", "learner", ...SIZES.map(String), "all", "− e-score, 95 %"],
  ...runs.flatMap(({ name, learned }) =>
    LEARNERS.map((learner, i) => {
      const validation = learned.get(learner)?.validation;
      const [own, , eScore] = validation?.methods ?? [];
      const compared = validation?.comparisons.find(({ against }) => against === "e-score");
      return [
        ...(i === 0 ? [name, figure(eScore?.spearman.value)] : ["", ""]),
        learner.name,
        ...SIZES.map((size) =>
          figure(validation?.learningCurve.find(({ labels }) => labels === size)?.spearman.value),
        ),
        figure(own?.spearman.value),
        interval(compared?.difference ?? {}, { text: signed, digits: 2 }),
      ];
    }),
  ),
]);

console.log("\nMean Spearman on another task than the one learned on\n");
const pairs = runs.flatMap((from) =>
  runs.filter((to) => to.judge === from.judge && to.task !== from.task).map((to) => ({ from, to })),
);
/** @type {string[][]} */
const rows = [];
for (const { from, to } of pairs) {
  const set = trainingSet(to.table, {
    projection: "normed",
    layers: layersUpTo(to.table.header.judge.layers),
  });
  const figures = [];
  for (const learner of LEARNERS) {
    const weights = from.learned.get(learner);
    if (weights === undefined) throw new Error(`${from.name}: ${learner.name} learned nothing`);
    figures.push(figure(meanSpearman(set, await carriedScores(weights, to.table, set))));
  }
  rows.push([
    ...[from.judge, from.task, to.task, figure(meanSpearman(set, set.eScores))],
    ...figures,
  ]);
}
printTable([
  ["judge", "learned on", "scored", "e-score", ...LEARNERS.map(({ name }) => name)],
  ...rows,
]);

/**
 * Scores by the linear function that does not know the criterion, not clipped to the other's scale.
 *
 * @param {Weights} weights
 * @param {RunTable} table
 * @param {TrainingSet} set
 */
async function carriedScores({ recipe, parameters, layerSet }, table, set) {
  if (!("pooled" in parameters)) throw new Error(`${recipe} has no linear function`);
  const reader = featureReader({
    ...set,
    layers: recipe === "probe" ? set.layers : layerSet.layers,
  });
  const scores = new Float64Array(set.lines.length);
  const hidden = await openRunHidden(table);
  for (const [row, line] of set.lines.entries()) {
    reader.read(line);
    /** @type {ArrayLike<number>} */
    let features = reader.features;
    if (recipe === "probe") {
      const states = await hidden.read(line);
      /** @param {number} layer */
      const state = (layer) => {
        const start = hidden.layers.indexOf(layer) * hidden.width;
        return states.subarray(start, start + hidden.width);
      };
      const eScore = set.eScores[row] ?? Number.NaN;
      features = probeFeatures(layerSet.layers.map(state), eScore, hidden.width);
    }
    scores[row] = linearSum(parameters.pooled, features);
  }
  await hidden[Symbol.asyncDispose]();
  return scores;
}

/** @param {number} last */
function layersUpTo(last) {
  return Array.from({ length: last }, (_, i) => i + 1);
}
