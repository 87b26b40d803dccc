// Compares generated conditions with prefill on the same items: how often the judge writes just what
// prefill opens its turn with, so that both scores are read at the same tokens, whether their bits
// are the same there, and how the scores correlate. Also the speed. Needs a built package.
//
//   node scripts/research/conditions/compare.mjs DATA TASK JUDGE [--limit N] [--threads N]
//        [--conditions direct,reasoning] [--score-position after-prefix|last]
import { isDeepStrictEqual, parseArgs } from "node:util";
import { pearson, spearman } from "../../../dist/analysis/stats/correlation.js";
import {
  CONDITIONS,
  loadJudge,
  loadTask,
  readRecords,
  SCORE_POSITIONS,
} from "../../../dist/index.js";

/**
 * @typedef {import("../../../dist/index.js").Condition} Condition
 * @typedef {import("../../../dist/index.js").ConditionOptions} ConditionOptions
 * @typedef {import("../../../dist/index.js").Outcome} Outcome
 * @typedef {{outcomes: Map<string, Outcome>, seconds: number}} Outcomes by id and criterion
 */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: "string", default: "20" },
    threads: { type: "string", default: "1" },
    conditions: { type: "string", default: "direct" },
    "score-position": { type: "string", default: "after-prefix" },
  },
});
const [data, taskName, judgeName] = positionals;
const conditions = values.conditions.split(",").map((name) => oneOf(CONDITIONS, name));
const scorePosition = oneOf(SCORE_POSITIONS, values["score-position"]);
if (data === undefined || taskName === undefined || judgeName === undefined) {
  console.error("usage: node scripts/research/conditions/compare.mjs DATA TASK JUDGE [options]");
  process.exit(2);
}
const task = await loadTask(taskName);
const judge = await loadJudge(judgeName, { threads: Number(values.threads) });
try {
  const prefill = await run("prefill", {});
  console.log(`${judgeName}, ${taskName}, ${prefill.outcomes.size} prompts`);
  print("prefill", prefill);
  for (const condition of conditions) {
    const generated = await run(condition, { scorePosition });
    print(condition, generated);
    compare(condition, prefill, generated);
  }
} finally {
  await judge.dispose();
}

/**
 * @template {string} Name
 * @param {readonly Name[]} names
 * @param {string} name
 */
function oneOf(names, name) {
  const known = names.find((each) => each === name);
  if (known === undefined) throw new Error(`${name} is none of ${names.join(", ")}`);
  return known;
}

/**
 * @param {Condition} condition
 * @param {ConditionOptions} options
 * @returns {Promise<Outcomes>}
 */
async function run(condition, options) {
  /** @type {Outcomes["outcomes"]} */
  const outcomes = new Map();
  const startedAt = performance.now();
  const entries = readRecords(data ?? "", task, { limit: Number(values.limit) });
  const session = await judge.openSession(task, { ...options, condition, include: ["tokens"] });
  for await (const outcome of session.scoreAll(entries)) {
    outcomes.set(JSON.stringify([outcome.id, outcome.criterion]), outcome);
  }
  return { outcomes, seconds: (performance.now() - startedAt) / 1000 };
}

/**
 * @param {Condition} condition
 * @param {Outcomes} outcomes
 */
function print(condition, { outcomes, seconds }) {
  const all = [...outcomes.values()];
  const scores = all.flatMap((outcome) => (outcome.kind === "score" ? outcome : []));
  const failures = all.flatMap((outcome) => (outcome.kind === "failure" ? outcome : []));
  const without = failures.filter(({ code }) => code === "NO_SCORE_TOKEN");
  const failed = failures.length - without.length;
  const written = scores.reduce((sum, { generatedTokens = 0 }) => sum + generatedTokens, 0);
  console.log(
    `  ${condition}: ${scores.length} scores, ${without.length} without a score, ${failed} failed; ` +
      `${(all.length / seconds).toFixed(2)} items/s` +
      (written === 0 ? "" : `, ${(written / scores.length).toFixed(1)} tokens written a score`),
  );
  for (const { generated = "" } of without.slice(0, 2)) {
    console.log(`    without: ${JSON.stringify(generated.slice(0, 100))}`);
  }
}

/**
 * @param {Condition} condition
 * @param {Outcomes} prefill
 * @param {Outcomes} generated
 */
function compare(condition, prefill, generated) {
  const pairs = [...generated.outcomes].flatMap(([key, right]) => {
    const left = prefill.outcomes.get(key);
    return left?.kind === "score" && right.kind === "score" ? { left, right } : [];
  });
  const same = pairs.filter(({ left, right }) => left.tokens?.join() === right.tokens?.join());
  const sameBits = same.filter(({ left, right }) => isDeepStrictEqual(left.nodes, right.nodes));
  /**
   * @param {number} count
   * @param {number} of
   */
  const share = (count, of) => (of === 0 ? "–" : `${((100 * count) / of).toFixed(1)} %`);
  console.log(
    `  prefill against ${condition}: same tokens up to the score position in ${same.length} of ` +
      `${generated.outcomes.size} prompts (${share(same.length, generated.outcomes.size)}), of these ` +
      `${sameBits.length} with the same bits`,
  );
  for (const figure of /** @type {const} */ (["score", "eScore", "vanilla"])) {
    const left = pairs.map((pair) => pair.left[figure]);
    const right = pairs.map((pair) => pair.right[figure]);
    console.log(
      `    ${figure}: Spearman ${value(spearman(left, right))}, Pearson ${value(pearson(left, right))}, ` +
        `equal in ${share(left.filter((each, i) => each === right[i]).length, left.length)}`,
    );
  }
}

/** @param {import("../../../dist/analysis/stats/correlation.js").Correlation} correlation */
function value(correlation) {
  return correlation.value === null ? correlation.reason : correlation.value.toFixed(3);
}
