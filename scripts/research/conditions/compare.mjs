// Compares generated conditions with prefill on the same items: how often the judge writes just what
// prefill opens its turn with, so that both scores are read at the same tokens, whether their bits
// are the same there, and how the scores correlate. Also the speed. Needs a built package.
//
//   node scripts/research/conditions/compare.mjs DATA TASK JUDGE [--limit N] [--threads N]
//        [--conditions direct,reasoning] [--score-position after-prefix|last]
import { parseArgs } from "node:util";
import { pearson, spearman } from "../../../dist/analysis/stats/correlation.js";
import { loadJudge, loadTask, readRecords } from "../../../dist/index.js";

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
if (data === undefined || taskName === undefined || judgeName === undefined) {
  console.error("usage: node scripts/research/conditions/compare.mjs DATA TASK JUDGE [options]");
  process.exit(2);
}
const task = await loadTask(taskName);
const judge = await loadJudge(judgeName, { threads: Number(values.threads) });
try {
  const prefill = await run("prefill");
  console.log(`${judgeName}, ${taskName}, ${prefill.outcomes.size} prompts`);
  print("prefill", prefill);
  for (const condition of values.conditions.split(",")) {
    const generated = await run(condition, { scorePosition: values["score-position"] });
    print(condition, generated);
    compare(condition, prefill, generated);
  }
} finally {
  await judge.dispose();
}

async function run(condition, options = {}) {
  const outcomes = new Map();
  const startedAt = performance.now();
  const entries = readRecords(data, task, { limit: Number(values.limit) });
  const session = await judge.openSession(task, { ...options, condition, include: ["tokens"] });
  for await (const outcome of session.scoreAll(entries)) {
    outcomes.set(JSON.stringify([outcome.id, outcome.criterion]), outcome);
  }
  return { outcomes, seconds: (performance.now() - startedAt) / 1000 };
}

function print(condition, { outcomes, seconds }) {
  const all = [...outcomes.values()];
  const scores = all.filter(({ kind }) => kind === "score");
  const without = all.filter(({ code }) => code === "NO_SCORE_TOKEN");
  const failed = all.length - scores.length - without.length;
  const written = scores.reduce((sum, { generatedTokens = 0 }) => sum + generatedTokens, 0);
  console.log(
    `  ${condition}: ${scores.length} scores, ${without.length} without a score, ${failed} failed; ` +
      `${(all.length / seconds).toFixed(2)} items/s` +
      (written === 0 ? "" : `, ${(written / scores.length).toFixed(1)} tokens written a score`),
  );
  for (const { generated } of without.slice(0, 2)) {
    console.log(`    without: ${JSON.stringify(generated.slice(0, 100))}`);
  }
}

function compare(condition, prefill, generated) {
  const pairs = [...generated.outcomes]
    .map(([key, right]) => [prefill.outcomes.get(key), right])
    .filter(([left, right]) => left?.kind === "score" && right.kind === "score");
  const same = pairs.filter(([l, r]) => l.tokens.join() === r.tokens.join());
  const sameBits = same.filter(([l, r]) => JSON.stringify(l.logits) === JSON.stringify(r.logits));
  const share = (count, of) => (of === 0 ? "–" : `${((100 * count) / of).toFixed(1)} %`);
  console.log(
    `  prefill against ${condition}: same tokens up to the score position in ${same.length} of ` +
      `${generated.outcomes.size} prompts (${share(same.length, generated.outcomes.size)}), of these ` +
      `${sameBits.length} with the same bits`,
  );
  for (const figure of ["score", "eScore", "direct"]) {
    const [left, right] = [0, 1].map((side) => pairs.map((pair) => pair[side][figure]));
    console.log(
      `    ${figure}: Spearman ${value(spearman(left, right))}, Pearson ${value(pearson(left, right))}, ` +
        `equal in ${share(left.filter((each, i) => each === right[i]).length, left.length)}`,
    );
  }
}

function value(correlation) {
  const number = typeof correlation === "number" ? correlation : correlation.value;
  return typeof number === "number" ? number.toFixed(3) : JSON.stringify(correlation);
}
