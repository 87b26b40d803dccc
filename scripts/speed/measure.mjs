import path from "node:path";
import { SLOW, sourceOf, startContenders } from "./contenders/start.mjs";

/**
 * Lets contenders work on the same blocks of records, one at a time and in turn: A B C, A B C, … Each
 * is a process of its own that stays loaded, warmed up on a record that is in no block.
 *
 * @param {{name: string, judge: string, contenders: string[], blocks: object[][], warmUp: object,
 *   slowBlocks: number, criteria: number | null}} set `criteria`: how many of the task's; null: all
 * @param {{task: string, threads: number, prepared: string, python: string}} settings
 * @param {string} folder for prompts, plans and runs
 * @param {{onBlock: (result: object) => Promise<void>, onEstimate: (seconds: number) => void,
 *   onNotice: (text: string) => void}} tell `onBlock` is given the set's results so far, `onEstimate`
 *   how long all blocks take if they are like the one that warms up
 */
export async function measureSet(set, settings, folder, tell) {
  const { name, judge, criteria, condition } = set;
  const contenders = await startContenders(set.contenders, { ...settings, judge }, tell.onNotice);
  const startedAt = performance.now();
  const measured = Object.fromEntries(contenders.map((contender) => [contender.name, []]));
  const { quantization } = contenders[0].ready;
  const result = { name, judge, quantization, loaded: loadedBy(contenders), measured };
  try {
    const turns = [[set.warmUp], ...set.blocks];
    let warmSeconds = {};
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
        const request = requestFor(contender.name, folder, {
          task: settings.task,
          criteria,
          condition,
          items,
        });
        const answer = await contender.ask(request);
        if (turn > 0) measured[contender.name].push({ block: turn, ...answer });
        else warmSeconds = { ...warmSeconds, [contender.name]: answer.seconds };
      }
      if (turn > 0) await tell.onBlock(result);
      else tell.onEstimate(estimate(warmSeconds, set));
    }
  } finally {
    for (const contender of contenders) await contender.end();
  }
  return result;
}

/** Seconds of all blocks at the pace of the record that warmed up. */
function estimate(warmSeconds, { blocks, slowBlocks }) {
  const items = (some) => some.reduce((sum, block) => sum + block.length, 0);
  return Object.entries(warmSeconds).reduce((sum, [name, seconds]) => {
    return sum + seconds * items(SLOW.has(name) ? blocks.slice(0, slowBlocks) : blocks);
  }, 0);
}

function requestFor(name, folder, work) {
  const source = sourceOf(name);
  const file = (kind) => path.join(folder, `${source}.${kind}`);
  const files = { promptsFile: file("prompts.json"), planFile: file("plan.txt") };
  return name === source ? { ...work, ...files, runFile: file("run.jsonl") } : files;
}

function loadedBy(contenders) {
  return Object.fromEntries(
    contenders.map(({ name, ready }) => {
      const { loadSeconds, flashAttention } = ready;
      return [name, { loadSeconds, ...(flashAttention !== undefined && { flashAttention }) }];
    }),
  );
}
