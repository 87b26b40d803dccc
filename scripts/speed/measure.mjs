import path from "node:path";
import { SLOW, sourceOf, startContenders } from "./contenders/start.mjs";

/**
 * A block of work for ours. `criteria`: how many of the task's, null for all; `condition` where the
 * judge writes.
 *
 * @typedef {Readonly<Record<string, unknown>>} Item
 * @typedef {import("../../dist/judge/generate-answer.js").ConditionSettings} ConditionSettings
 * @typedef {{task: string, items: readonly Item[], criteria: number | null,
 *   condition?: ConditionSettings}} Work
 */

/**
 * What is to be measured, and what was.
 *
 * @typedef {Pick<Work, "criteria" | "condition"> & {name: string, judge: string,
 *   contenders: string[], blocks: readonly (readonly Item[])[], warmUp: Item,
 *   slowBlocks: number}} PlannedSet
 * @typedef {{name: string, judge: string, quantization: string | undefined,
 *   loaded: Record<string, Pick<Ready, "loadSeconds" | "flashAttention">>,
 *   measured: Record<string, import("./figures.mjs").MeasuredBlock[]>}} SetResult
 * @typedef {import("./contenders/start.mjs").Ready} Ready
 * @typedef {import("./contenders/start.mjs").StartedContender} StartedContender
 */

/**
 * Lets contenders work on the same blocks of records, one at a time and in turn: A B C, A B C, … Each
 * is a process of its own that stays loaded, warmed up on a record that is in no block.
 *
 * @param {PlannedSet} set
 * @param {{task: string, threads: number, prepared: string, python: string, minutes: number}} settings
 * @param {string} folder for prompts, plans and runs
 * @param {{onBlock: (result: SetResult) => Promise<void>, onEstimate: (seconds: number) => void,
 *   onNotice: (text: string) => void}} tell `onBlock` is given the set's results so far, `onEstimate`
 *   how long all blocks take if they are like the one that warms up
 * @returns {Promise<SetResult>}
 */
export async function measureSet(set, settings, folder, tell) {
  const { name, judge, criteria, condition } = set;
  const contenders = await startContenders(set.contenders, { ...settings, judge }, tell.onNotice);
  const startedAt = performance.now();
  /** @type {SetResult["measured"]} */
  const measured = Object.fromEntries(contenders.map(({ name: contender }) => [contender, []]));
  const quantization = contenders[0]?.ready.quantization;
  /** @type {SetResult} */
  const result = { name, judge, quantization, loaded: loadedBy(contenders), measured };
  try {
    const turns = [[set.warmUp], ...set.blocks];
    /** @type {Record<string, number>} */
    const warmSeconds = {};
    for (const [turn, items] of turns.entries()) {
      const spent = (performance.now() - startedAt) / 1000;
      if (turn > 1 && (spent / turn) * (turn + 1) > settings.minutes * 60) {
        tell.onNotice(
          `${turns.length - turn} blocks left out: ${settings.minutes} minutes are over`,
        );
        break;
      }
      for (const contender of contenders) {
        if (SLOW.has(contender.name) && turn > set.slowBlocks) continue;
        const work = { task: settings.task, criteria, ...(condition && { condition }), items };
        const answer = await contender.ask(requestFor(contender.name, folder, work));
        if (turn > 0) measured[contender.name]?.push({ block: turn, ...answer });
        else warmSeconds[contender.name] = answer.seconds;
      }
      if (turn > 0) await tell.onBlock(result);
      else tell.onEstimate(estimate(warmSeconds, set));
    }
  } finally {
    for (const contender of contenders) await contender.end();
  }
  return result;
}

/**
 * Seconds of all blocks at the pace of the record that warmed up.
 *
 * @param {Record<string, number>} warmSeconds by contender
 * @param {PlannedSet} set
 */
function estimate(warmSeconds, { blocks, slowBlocks }) {
  /** @param {PlannedSet["blocks"]} some */
  const items = (some) => some.reduce((sum, block) => sum + block.length, 0);
  return Object.entries(warmSeconds).reduce((sum, [name, seconds]) => {
    return sum + seconds * items(SLOW.has(name) ? blocks.slice(0, slowBlocks) : blocks);
  }, 0);
}

/**
 * @param {string} name
 * @param {string} folder
 * @param {Work} work
 */
function requestFor(name, folder, work) {
  const source = sourceOf(name);
  /** @param {string} kind */
  const file = (kind) => path.join(folder, `${source}.${kind}`);
  const files = { promptsFile: file("prompts.json"), planFile: file("plan.txt") };
  return name === source ? { ...work, ...files, runFile: file("run.jsonl") } : files;
}

/**
 * @param {readonly StartedContender[]} contenders
 * @returns {SetResult["loaded"]}
 */
function loadedBy(contenders) {
  return Object.fromEntries(
    contenders.map(({ name, ready }) => {
      const { loadSeconds, flashAttention } = ready;
      return [name, { loadSeconds, ...(flashAttention !== undefined && { flashAttention }) }];
    }),
  );
}
