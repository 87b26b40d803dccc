// The benchmark: how fast prompts are scored, against the bare engine, node-llama-cpp and
// transformers, in one run on one machine. Needs a built package, and a machine that does nothing
// else. `npm run speed -- DATA`; see options.mjs. Results are written as they come.
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pythonVersions } from "./contenders/start.mjs";
import { describeMachine, describeVersions } from "./machine.mjs";
import { measureSet } from "./measure.mjs";
import { parseOptions, UsageError } from "./options.mjs";
import { measureScaling } from "./scaling.mjs";
import { measureStartup } from "./startup.mjs";
import { resultsText } from "./table.mjs";
import { blocksOf, readRecords, shuffled } from "./work.mjs";

/**
 * @typedef {import("./measure.mjs").PlannedSet} PlannedSet
 * @typedef {import("./measure.mjs").Item} Item
 */

/** Large blocks, so that responses which share a context stand far apart in them. */
const SHUFFLED_BLOCKS = 2;
const LARGE_BLOCK = 2;
/** A scale from 1 to this one has labels of two tokens, where a digit is a token. */
const LONG_LABELS = 10;
/** Enough to see the speed of generation; a whole answer may have 256. */
const REASONING_TOKENS = 64;

const settings = readSettings();
const python = await pythonVersions(settings.python);
/** @type {import("./table.mjs").Results & Record<string, unknown>} */
const results = {
  schema: 2,
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  versions: await describeVersions(python),
  settings: {
    ...settings,
    data: path.basename(settings.data),
    python: undefined,
    output: undefined,
  },
  ...(settings.add ? await earlierResults() : { sets: [] }),
};
const folder = await mkdtemp(path.join(tmpdir(), "lager-bench-"));
try {
  for (const set of plannedSets(await readRecords(settings.data))) await measure(set);
  if (settings.sets.includes("scaling")) {
    await measureScaling(settings.scaling, folder, (scaling) => save({ scaling }));
    note("scaling done");
  }
  if (settings.sets.includes("startup")) {
    await save({ startup: await measureStartup(settings.judge, folder) });
  }
} finally {
  await rm(folder, { recursive: true });
}
process.stdout.write(resultsText(results));
note(`results: ${settings.output}`);

function readSettings() {
  try {
    return parseOptions(process.argv.slice(2), new Date().toISOString().slice(0, 10));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/**
 * What the file of results holds already; nothing when it is not there.
 *
 * @returns {Promise<Pick<import("./table.mjs").Results, "sets" | "scaling" | "startup">>}
 */
async function earlierResults() {
  const text = await readFile(settings.output, "utf8").catch((error) => {
    if (error.code !== "ENOENT") throw error;
    return '{"sets":[]}';
  });
  const { sets, scaling, startup } = JSON.parse(text);
  return { sets, ...(scaling && { scaling }), ...(startup && { startup }) };
}

/**
 * The sets of prompts that were asked for, with their contenders in the order of their turns.
 *
 * @param {readonly Item[]} records
 * @returns {PlannedSet[]}
 */
function plannedSets(records) {
  const { items, blocks, slowBlocks, largeItems, reasoningItems, judge, largeJudge } = settings;
  const chosen = records.slice(0, items);
  const warmUp = records[items] ?? records[0];
  if (warmUp === undefined) throw new Error(`${settings.data} holds no records`);
  const whole = python === null ? [] : ["whole"];
  const common = { judge, warmUp, slowBlocks, criteria: null };
  /** @type {PlannedSet[]} */
  const sets = [
    {
      ...{ ...common, name: "criteria", blocks: blocksOf(chosen, blocks) },
      contenders: ["ours", "bare", "stock", "capture", "ours-fast", "reuse", "plain", ...whole],
    },
    {
      ...{ ...common, name: "single", criteria: 1, blocks: blocksOf(chosen, blocks) },
      contenders: ["ours", "bare", "reuse", "plain"],
    },
    {
      ...{ ...common, name: "unshared", criteria: 1, isUnshared: true },
      blocks: blocksOf(chosen, blocks),
      contenders: ["ours", "bare", "stock", "capture", "plain", ...whole],
    },
    {
      ...{ ...common, name: "shuffled", blocks: blocksOf(shuffled(chosen), SHUFFLED_BLOCKS) },
      contenders: ["ours", "reuse"],
    },
    {
      ...{ ...common, name: "large", judge: largeJudge },
      blocks: blocksOf(records.slice(0, largeItems), Math.ceil(largeItems / LARGE_BLOCK)),
      contenders: ["ours", "bare", "stock", "capture", "reuse", "plain"],
    },
    {
      ...{ ...common, name: "long-labels", highestLabel: LONG_LABELS },
      blocks: blocksOf(chosen, blocks),
      contenders: ["ours", "ours-short-labels"],
    },
    {
      ...{ ...common, name: "reasoning", criteria: 1 },
      blocks: blocksOf(records.slice(0, reasoningItems), Math.ceil(reasoningItems / 2)),
      condition: {
        condition: "reasoning",
        maxTokens: REASONING_TOKENS,
        scorePosition: "after-prefix",
      },
      contenders: ["ours", "writer"],
    },
  ];
  return sets
    .filter(({ name }) => settings.sets.includes(name))
    .map((set) => ({ ...set, contenders: set.contenders.filter(isWanted) }));
}

/**
 * Ours are always there: the others need their prompts and plans.
 *
 * @param {string} contender
 */
function isWanted(contender) {
  return settings.only === null || contender === "ours" || settings.only.includes(contender);
}

/** @param {PlannedSet} set */
async function measure(set) {
  note(`${set.name}: ${set.judge}, ${set.contenders.join(" ")}`);
  const earlier = results.sets.findIndex(({ name }) => name === set.name);
  const at = earlier < 0 ? results.sets.length : earlier;
  const startedAt = performance.now();
  const elapsed = () => Math.round((performance.now() - startedAt) / 1000);
  await measureSet(set, settings, folder, {
    onEstimate: (seconds) =>
      note(
        `  loaded and warm after ${elapsed()} s; the blocks take about ${Math.round(seconds)} s`,
      ),
    onNotice: (text) => note(`  ${text}`),
    onBlock: async (result) => {
      results.sets[at] = result;
      note(
        `  block ${result.measured.ours?.at(-1)?.block} of ${set.blocks.length}, ${elapsed()} s`,
      );
      await save({});
    },
  });
}

/**
 * Written under another name first: a run that is ended leaves whole results.
 *
 * @param {Partial<import("./table.mjs").Results>} more
 */
async function save(more) {
  Object.assign(results, more);
  const unfinished = `${settings.output}.part`;
  await writeFile(unfinished, `${JSON.stringify(results, null, 1)}\n`);
  await rename(unfinished, settings.output);
}

/** @param {string} text */
function note(text) {
  console.error(text);
}
