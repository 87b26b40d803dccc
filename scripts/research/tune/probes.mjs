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
import { trainingSet } from "../../../dist/analysis/tune/training-set.js";
import { tune } from "../../../dist/analysis/tune/tune.js";
import { readRunTable } from "../../../dist/run/read-run-table.js";
import { openRunHidden } from "../../../dist/run/run-hidden.js";
import { linearScore, probeFeatures } from "../../../dist/scoring/score/apply-weights.js";
import { figure, printTable, signed } from "./table.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" } },
});
if (files.length === 0) throw new Error("give run files that have hidden states beside them");
const seed = Number(values.seed);

const LEARNERS = [
  { name: "layers", recipe: "layers" },
  { name: "probe, all layers", recipe: "probe" },
  { name: "probe, upper half", recipe: "probe", layers: "upper" },
  { name: "probe, layer at 60 %", recipe: "probe", depth: 0.6 },
];
const SIZES = [20, 50, 100, 200, 400];

const runs = [];
for (const file of files) {
  const table = await readRunTable([file]);
  const { judge, task } = table.header;
  const learned = {};
  for (const { name, recipe, layers, depth } of LEARNERS) {
    const hidden = await openRunHidden(table);
    const spec = depth === undefined ? layers : String(Math.round(depth * judge.layers));
    learned[name] = await tune(table, {
      ...{ recipe, seed, hidden, allowWorse: true, version: "0.0.0" },
      ...(spec !== undefined && { layers: spec }),
    });
    await hidden[Symbol.asyncDispose]();
    console.error(`${file}: ${name}`);
  }
  const records = new Set(table.recordOf).size;
  runs.push({
    ...{ table, learned, judge: path.basename(judge.name, ".gguf"), task: task.name },
    name: `${path.basename(judge.name, ".gguf")}, ${task.name}, ${records} × ${table.criteria.length}`,
  });
}

console.log("Mean Spearman out of fold, by labels\n");
printTable([
  ["judge, data", "e-score", "learner", ...SIZES.map(String), "all", "− e-score, 95 %"],
  ...runs.flatMap(({ name, learned }) =>
    LEARNERS.map((learner, i) => {
      const { methods, comparisons, learningCurve } = learned[learner.name].validation;
      const { difference } = comparisons.find(({ against }) => against === "e-score");
      return [
        ...(i === 0 ? [name, figure(methods[2].spearman.value)] : ["", ""]),
        learner.name,
        ...SIZES.map((size) =>
          figure(learningCurve.find(({ labels }) => labels === size)?.spearman.value),
        ),
        figure(methods[0].spearman.value),
        `${signed(difference.value)} [${figure(difference.low, 2)}, ${figure(difference.high, 2)}]`,
      ];
    }),
  ),
]);

console.log("\nMean Spearman on another task than the one learned on\n");
const pairs = runs.flatMap((from) =>
  runs.filter((to) => to.judge === from.judge && to.task !== from.task).map((to) => ({ from, to })),
);
const rows = [];
for (const { from, to } of pairs) {
  const all = { projection: "normed", layers: layersUpTo(to), labelled: true };
  const set = trainingSet(to.table, all);
  const figures = [];
  for (const { name } of LEARNERS) {
    figures.push(figure(meanSpearman(set, await carriedScores(from.learned[name], to, set))));
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

/** Scores by the linear function that does not know the criterion, not clipped to the other's scale. */
async function carriedScores({ recipe, parameters, layerSet }, { table }, set) {
  const unclipped = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const width = set.layers.length;
  const scores = new Float64Array(set.lines.length);
  const hidden = await openRunHidden(table);
  for (const [row, line] of set.lines.entries()) {
    let features = layerSet.layers.map((layer) => set.expectations[row * width + layer - 1]);
    if (recipe === "probe") {
      const states = await hidden.read(line);
      const state = (layer) => {
        const start = hidden.layers.indexOf(layer) * hidden.width;
        return states.subarray(start, start + hidden.width);
      };
      features = probeFeatures(layerSet.layers.map(state), set.eScores[row], hidden.width);
    }
    scores[row] = linearScore(parameters.pooled, features, unclipped);
  }
  await hidden[Symbol.asyncDispose]();
  return scores;
}

function layersUpTo({ table }) {
  return Array.from({ length: table.header.judge.layers }, (_, i) => i + 1);
}
