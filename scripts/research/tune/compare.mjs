// What learning from labels gives, as Markdown tables: every method and the learning curves, from run
// files with human scores. No judge is needed.
//
//     npm run build:ts && node scripts/research/tune/compare.mjs RUN.jsonl… [--seed 42]
//
// Tuned methods are out of fold: each score is by weights that were learned without its group of
// records. Intervals draw whole groups.
import path from "node:path";
import { parseArgs } from "node:util";
import { evaluateTable, readRunTable, tune } from "../../../dist/index.js";
import { figure, printTable, signed } from "./table.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" } },
});
if (files.length === 0) throw new Error("give the run files that are to be compared");
const seed = Number(values.seed);

/**
 * @typedef {import("../../../dist/analysis/stats/estimate.js").Estimate} Estimate
 * @typedef {{name: string, methods: Record<string, Estimate>, differences: Record<string, Estimate>,
 *   curve: Map<number, Record<string, number>>}} Figures by method; `curve` by labels and recipe
 */

/** Methods that learn nothing from labels, in the table's order. */
const UNLEARNED = ["e-score", "lager", "lager-window:0.6-0.8", "lager-raw"];
const RECIPES = /** @type {const} */ (["lager", "ridge", "consensus"]);

/** @type {Figures[]} */
const runs = [];
for (const file of files) runs.push(await figuresOf(file));

const columns = [
  ...UNLEARNED.map((method) => ({ title: method, method })),
  ...RECIPES.map((recipe) => ({ title: `tuned: ${recipe}`, method: `tuned:${recipe}` })),
  { title: "response-length", method: "response-length" },
];
console.log("Mean Spearman over the criteria, 95 % interval\n");
printTable([
  ["judge, data", ...columns.map(({ title }) => title)],
  ...runs.map(({ name, methods }) => [
    name,
    ...columns.map(({ method }) => interval(methods[method])),
  ]),
]);
console.log("\nDifference to the e-score, 95 % interval of the same resamples\n");
const compared = columns.filter(({ method }) => method !== "e-score");
printTable([
  ["judge, data", ...compared.map(({ title }) => title)],
  ...runs.map(({ name, differences }) => [
    name,
    ...compared.map(({ method }) => interval(differences[method], true)),
  ]),
  [
    "mean; gains in",
    ...compared.map(({ method }) => {
      const all = runs.map(({ differences }) => differences[method]?.value ?? 0);
      const gains = all.filter((value) => value > 0).length;
      return `${signed(all.reduce((sum, value) => sum + value, 0) / all.length)}; ${gains} of ${all.length}`;
    }),
  ],
]);
const sizes = [...new Set(runs.flatMap(({ curve }) => [...curve.keys()]))].sort((a, b) => a - b);
for (const recipe of ["ridge", "lager"]) {
  console.log(`\nMean Spearman by the number of labels, recipe ${recipe} (5 draws, mean)\n`);
  printTable([
    ["judge, data", "e-score", ...sizes.map(String), "all"],
    ...runs.map(({ name, methods, curve }) => [
      name,
      figure(methods["e-score"]?.value),
      ...sizes.map((size) => figure(curve.get(size)?.[recipe])),
      figure(methods[`tuned:${recipe}`]?.value),
    ]),
  ]);
}

/**
 * @param {string} file
 * @returns {Promise<Figures>}
 */
async function figuresOf(file) {
  const table = await readRunTable([file]);
  /** @type {Figures["methods"]} */
  const methods = {};
  /** @type {Figures["differences"]} */
  const differences = {};
  /** @type {Figures["curve"]} */
  const curve = new Map();
  for (const recipe of RECIPES) {
    const weights = await tune(table, { recipe, seed, allowWorse: true });
    const result = await evaluateTable(table, { weights: { file, weights }, seed, unit: "group" });
    /** @param {string} method */
    const nameOf = (method) => (method === "lager-tuned" ? `tuned:${recipe}` : method);
    for (const { method, spearman } of result.methods) methods[nameOf(method)] = spearman;
    for (const { method, spearman } of result.comparisons) {
      const { difference, low, high } = spearman;
      differences[nameOf(method)] = { value: difference, low, high };
    }
    for (const { labels, spearman } of weights.validation?.learningCurve ?? []) {
      curve.set(labels, { ...curve.get(labels), [recipe]: spearman.value });
    }
  }
  const { judge, task } = table.header;
  const records = new Set(table.recordOf).size;
  const name = `${path.basename(judge.name, ".gguf")}, ${task.name}, ${records} records × ${table.criteria.length}`;
  return { name, methods, differences, curve };
}

/**
 * @param {Estimate | undefined} estimate
 * @param {boolean} [isDifference]
 */
function interval(estimate, isDifference = false) {
  if (estimate === undefined || estimate.value === null) return "–";
  const { value, low, high } = estimate;
  const text = isDifference ? signed(value) : figure(value);
  return `${text} [${figure(low, 2)}, ${figure(high, 2)}]`;
}
