// Proves on this machine's CPU that settings change no bit of a score. Needs a built package.
//
//   npm run bits [-- ROUNDS [SEED [KIND…]]]
//
// ROUNDS (default 12) is the number of drawn settings for each of the eight kinds of weights and each
// generated model of build/fixtures; a round scores up to 32 prompts. KIND picks some of them: Q4_1,
// F16, …, or `generated`; or it names another judge of the catalogue. Exit 1 on a difference.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CATALOG } from "../../../dist/engine/models/catalog.js";
import { JudgeEngine } from "../../../dist/engine/native/judge-engine.js";
import { loadJudge, loadTask, resolveJudge, taskToObject } from "../../../dist/index.js";
import { tryCommandLine } from "./command-line.mjs";
import { EXAMPLE_TASK, exampleItems } from "./example-items.mjs";
import { Tally, tryJudge, tryTokens } from "./trial.mjs";
import { VARIANTS, variantFile } from "./variants.mjs";

const CAPTURES = 32;
const GENERATED = "generated";
/** Judges that go by a name, beside the default one; each is fetched when it is asked for. */
const OTHER_JUDGES = CATALOG.slice(1).map(({ name }) => name);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const rounds = Number(process.argv[2] ?? 12);
const seed = Number(process.argv[3] ?? 1);
const kinds =
  process.argv.length > 4 ? process.argv.slice(4) : [...Object.keys(VARIANTS), GENERATED];
const usable = [rounds, seed].every((value) => Number.isSafeInteger(value) && value >= 0);
const known = [...Object.keys(VARIANTS), GENERATED, ...OTHER_JUDGES];
if (!usable || !kinds.every((kind) => known.includes(kind))) {
  console.error(`usage: npm run bits [-- ROUNDS [SEED [${known.join("|")}]…]]`);
  process.exit(2);
}

/** @type {Map<string, Tally>} */
const families = new Map();

const shipped = (await resolveJudge("smollm2-135m")).path;
const whole = await loadTask(EXAMPLE_TASK);
const task = { ...whole, criteria: whole.criteria.slice(0, 2) };
const items = await exampleItems({ long: 1, short: 4, words: 20 });
for (const [name, { family }] of Object.entries(VARIANTS)) {
  if (kinds.includes(name)) await tryRealJudge(name, family, await variantFile(name, shipped));
}
for (const { name, quantization } of CATALOG.slice(1)) {
  if (!kinds.includes(name)) continue;
  await tryRealJudge(name, `${name}, ${quantization}`, (await resolveJudge(name)).path);
}

const fixtures = path.join(ROOT, "build", "fixtures");
for (const fixture of kinds.includes(GENERATED) ? await readdir(fixtures) : []) {
  if (/^(bert|not-a|truncated|lora-)|-0000[2-9]-of-/.test(fixture)) continue;
  const startedAt = performance.now();
  const family = GENERATED;
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

/** @param {string} family */
function tallyOf(family) {
  const tally = families.get(family) ?? new Tally();
  families.set(family, tally);
  return tally;
}

/**
 * Prints what a family's tally has grown by.
 *
 * @param {string} name
 * @param {string} family
 * @param {Pick<Tally, "comparisons" | "differing">} before
 * @param {number} startedAt
 */
function report(name, family, before, startedAt) {
  const tally = tallyOf(family);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const compared = tally.comparisons - before.comparisons;
  const differing = tally.differing - before.differing;
  console.log(`${name} (${family}): ${compared} compared, ${differing} differ, ${seconds} s`);
}

/**
 * Settings drawn around real prompts, and the command line's run of them.
 *
 * @param {string} name
 * @param {string} family
 * @param {string} file
 */
async function tryRealJudge(name, family, file) {
  const startedAt = performance.now();
  const tally = tallyOf(family);
  const before = { ...tally };
  const prompts = await tryJudge({
    loadJudge: (settings) => loadJudge(file, { ...settings, gpu: "off" }),
    ...{ items, task, rounds, captures: CAPTURES, seed, tally },
  });
  await tryCommandLine({ file, items, task: taskToObject(task), prompts, tally });
  report(name, family, before, startedAt);
}
