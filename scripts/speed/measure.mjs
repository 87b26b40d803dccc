import path from "node:path";
import { SLOW, sourceOf, startContenders } from "./contenders/start.mjs";

/**
 * A block of work for ours. `criteria`: how many of the task's, null for all; `condition` where the
 * judge writes; `isUnshared`: every prompt is decoded whole; `highestLabel` of a scale from 1, in place of
 * the task's own.
 *
 * @typedef {Readonly<Record<string, unknown>>} Item
 * @typedef {import("../../dist/judge/generate-answer.js").ConditionSettings} ConditionSettings
 * @typedef {{task: string, items: readonly Item[], criteria: number | null,
 *   condition?: ConditionSettings, isUnshared?: boolean, highestLabel?: number}} Work
 */

/**
 * What is to be measured, and what was.
 *
 * @typedef {Omit<Work, "task" | "items"> & {name: string, judge: string,
 *   contenders: string[], blocks: readonly (readonly Item[])[], warmUp: Item,
 *   slowBlocks: number}} PlannedSet
 * @typedef {{name: string, judge: string, quantization: string | undefined,
 *   loaded: Record<string, Pick<Ready, "loadSeconds" | "flashAttention">>,
 *   measured: Record<string, import("./figures.mjs").MeasuredBlock[]>}} SetResult
 * @typedef {import("./contenders/start.mjs").Ready} Ready
 * @typedef {import("./contenders/start.mjs").StartedContender} StartedContender
 */

/**
 * Lets contenders work on the same blocks of records, one at a time and in turn, each block several times
 * and every other time in the opposite order: A B C, C B A, A B C, … So what drifts, such as the
 * processor's clock, is on everybody's side. Each is a process of its own that stays loaded, warmed up on a
 * record that is in no block. The slow ones read a block once.
 *
 * @param {PlannedSet} set
 * @param {{task: string, threads: number, readings: number, python: string, minutes: number}} settings
 * @param {string} folder for prompts, plans and runs
 * @param {{onBlock: (result: SetResult) => Promise<void>, onEstimate: (seconds: number) => void,
 *   onNotice: (text: string) => void}} tell `onBlock` is given the set's results so far, `onEstimate`
 *   how long all blocks take if they are like the one that warms up
 * @returns {Promise<SetResult>}
 */
export async function measureSet(set, settings, folder, tell) {
  const { name, judge } = set;
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
      for (let reading = 1; reading <= (turn > 0 ? settings.readings : 1); reading++) {
        // Ours leaves the others their prompts, so it begins.
        for (const contender of reading % 2 === 1 ? contenders : contenders.toReversed()) {
          if (SLOW.has(contender.name) && (turn > set.slowBlocks || reading > 1)) continue;
          const work = workFor(contender.name, set, settings.task, items);
          const answer = await contender.ask(requestFor(contender.name, folder, work));
          if (turn > 0) measured[contender.name]?.push({ block: turn, reading, ...answer });
          else warmSeconds[contender.name] = answer.seconds;
        }
      }
      if (turn > 0) await tell.onBlock(result);
      else tell.onEstimate(estimate(warmSeconds, set, settings.readings));
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
 * @param {number} readings
 */
function estimate(warmSeconds, { blocks, slowBlocks }, readings) {
  /** @param {PlannedSet["blocks"]} some */
  const items = (some) => some.reduce((sum, block) => sum + block.length, 0);
  return Object.entries(warmSeconds).reduce((sum, [name, seconds]) => {
    const isSlow = SLOW.has(name);
    return sum + seconds * (isSlow ? items(blocks.slice(0, slowBlocks)) : items(blocks) * readings);
  }, 0);
}

/**
 * @param {string} name of a contender
 * @param {PlannedSet} set
 * @param {string} task
 * @param {readonly Item[]} items
 * @returns {Work}
 */
function workFor(name, { criteria, condition, isUnshared, highestLabel }, task, items) {
  return {
    ...{ task, criteria, items },
    ...(condition && { condition }),
    ...(isUnshared && { isUnshared }),
    ...(highestLabel && name !== "ours-short-labels" && { highestLabel }),
  };
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
