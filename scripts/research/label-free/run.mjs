// Which way without labels is the default: a Markdown table of differences to the e-score from run
// files with human scores, and what the rule in docs/method.md makes of them. No judge is needed.
//
//     npm run build:ts && node scripts/research/label-free/run.mjs RUN.jsonl… [--seed 42]
//
// Intervals draw whole groups. The pooled difference is the plain mean over the runs; its interval
// takes them as independent, with the deviations that their own intervals have.
import { parseArgs } from "node:util";
import { evaluateRun } from "../../../dist/index.js";
import { figure, printTable, signed } from "../tune/table.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "42" } },
});
if (files.length === 0) throw new Error("give the run files that are to be compared");

/** Without labels, the simpler first. */
const WAYS = ["lager", "lager-contrast:0.5", "lager-raw", "lager-reference"];
/** The worst that the default may lose to the e-score on any of the runs. */
const MOST_LOST = -0.02;

/** @typedef {{value: number | null, low: number | null, high: number | null}} Estimate */
/** @type {{name: string, n: number, eScore: Estimate | undefined, differences: Map<string, Estimate>}[]} */
const runs = [];
for (const file of files) {
  const { run, counts, methods, comparisons } = await evaluateRun([file], {
    unit: "group",
    seed: Number(values.seed),
  });
  runs.push({
    name: `${run.judge.name}, ${run.task}`,
    n: counts.scored,
    eScore: methods.find(({ method }) => method === "e-score")?.spearman,
    differences: new Map(
      comparisons.map(({ method, spearman }) => [
        method,
        { ...spearman, value: spearman.difference },
      ]),
    ),
  });
}

const pooled = WAYS.map((way) => {
  const all = runs.map(({ differences }) => differences.get(way));
  const known = all.filter((each) => each?.value !== null && each !== undefined);
  const mean = known.reduce((sum, each) => sum + (each?.value ?? 0), 0) / known.length;
  const variance = known.reduce((sum, each) => sum + deviationOf(each) ** 2, 0);
  const margin = (1.96 * Math.sqrt(variance)) / known.length;
  return {
    way,
    runs: known.length,
    estimate: { value: mean, low: mean - margin, high: mean + margin },
    worst: Math.min(...known.map((each) => each?.value ?? 0)),
  };
});

printTable([
  ["judge, data", "lines", "e-score", ...WAYS],
  ...runs.map(({ name, n, eScore, differences }) => [
    name,
    String(n),
    figure(eScore?.value),
    ...WAYS.map((way) => interval(differences.get(way))),
  ]),
  ["pooled", "", "", ...pooled.map(({ estimate }) => interval(estimate))],
  ["worst", "", "", ...pooled.map(({ worst }) => signed(worst))],
]);

const fit = pooled.filter(({ runs: count, worst }) => count === runs.length && worst > MOST_LOST);
const best = fit.reduce(
  (found, each) =>
    each.estimate.value > found.gain ? { way: each.way, gain: each.estimate.value } : found,
  { way: "e-score", gain: 0 },
);
console.log(`\nby the rule: ${best.way} (pooled gain ${signed(best.gain)})`);

/** @param {Estimate | undefined} estimate */
function interval(estimate) {
  if (estimate === undefined || estimate.value === null) return "–";
  const { value, low, high } = estimate;
  if (low === null || high === null) return signed(value);
  return `${signed(value)} [${low.toFixed(2)}, ${high.toFixed(2)}]`.replaceAll("-", "−");
}

/** @param {Estimate | undefined} estimate */
function deviationOf(estimate) {
  return ((estimate?.high ?? 0) - (estimate?.low ?? 0)) / (2 * 1.96);
}
