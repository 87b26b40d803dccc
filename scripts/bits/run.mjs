// Proves on this machine's CPU that settings change no bit of a score. Needs a built package.
//
//   npm run bits [-- ROUNDS [SEED]]
//
// ROUNDS (default 12) is the number of drawn settings for each of the eight kinds of weights; each
// scores 32 prompts. The tiny models of build/fixtures take as many rounds. Exit 1 on a difference.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { JudgeEngine } from "../../dist/capture/judge-engine.js";
import { loadTask, readRun, resolveJudge } from "../../dist/index.js";
import { Judge } from "../../dist/judge/judge.js";
import { EXAMPLE_DATA, EXAMPLE_TASK, exampleItems } from "./example-items.mjs";
import { compareScore, Tally, tryJudge, tryTokens } from "./trial.mjs";
import { VARIANTS, variantFile } from "./variants.mjs";

const CAPTURES = 32;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const [rounds = 12, seed = 1] = process.argv.slice(2).map(Number);
if (![rounds, seed].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  console.error("usage: npm run bits [-- ROUNDS [SEED]], two whole numbers");
  process.exit(2);
}

/** The same prompts from the command line: their bits come out of the run file. */
async function tryCommandLine(file, prompts, tally) {
  const folder = await mkdtemp(path.join(tmpdir(), "lager-bits-"));
  try {
    const output = path.join(folder, "run.jsonl");
    const main = path.join(ROOT, "dist", "cli", "main.js");
    await promisify(execFile)(process.execPath, [
      ...[main, "score", EXAMPLE_DATA, "--task", EXAMPLE_TASK, "--judge", file, "--gpu", "off"],
      ...["--threads", "1", "--batch-size", "80", "--limit", "4", "-o", output, "-q"],
    ]);
    for await (const line of (await readRun(output)).lines) {
      const known = prompts.some(({ id }) => id === line.id);
      if (known) compareScore(prompts, line, tally, () => `${line.id} from the command line`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const families = new Map();
const tallyOf = (family) => {
  const tally = families.get(family) ?? new Tally();
  families.set(family, tally);
  return tally;
};
const report = (name, family, before, startedAt) => {
  const tally = tallyOf(family);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const [compared, differing] = [
    tally.comparisons - before.comparisons,
    tally.differing - before.differing,
  ];
  console.log(`${name} (${family}): ${compared} compared, ${differing} differ, ${seconds} s`);
};

const shipped = (await resolveJudge("smollm2-135m")).path;
const task = await loadTask(EXAMPLE_TASK);
const items = await exampleItems({ long: 2, short: 6 });
for (const [name, { family }] of Object.entries(VARIANTS)) {
  const startedAt = performance.now();
  const tally = tallyOf(family);
  const before = { ...tally };
  const file = await variantFile(name, shipped);
  const prompts = await tryJudge({
    loadEngine: (settings) => JudgeEngine.load(file, { ...settings, gpu: "off" }),
    asJudge: (engine) => new Judge(engine, name, file, ""),
    ...{ items, task, rounds, captures: CAPTURES, seed, tally },
  });
  await tryCommandLine(file, prompts, tally);
  report(name, family, before, startedAt);
}

const fixtures = path.join(ROOT, "build", "fixtures");
for (const fixture of await readdir(fixtures)) {
  if (/^(bert|not-a|truncated)/.test(fixture)) continue;
  const startedAt = performance.now();
  const family = "generated models";
  const before = { ...tallyOf(family) };
  const file = path.join(fixtures, fixture);
  await tryTokens({
    loadEngine: (settings) => JudgeEngine.load(file, { ...settings, gpu: "off" }),
    ...{ rounds, captures: CAPTURES, seed, tally: tallyOf(family) },
  });
  report(fixture, family, before, startedAt);
}

let differing = 0;
console.log("\nkernels\tcomparisons\tvalues\tdiffering\tlargest difference");
for (const [family, tally] of families) {
  differing += tally.differing;
  console.log([family, tally.comparisons, tally.values, tally.differing, tally.largest].join("\t"));
  for (const example of tally.examples) console.log(`  ${example}`);
}
process.exit(differing === 0 ? 0 : 1);
