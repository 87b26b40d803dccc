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
 * @param {(result: object) => Promise<void>} onBlock is given the set's results so far
 */
export async function measureSet(set, settings, folder, onBlock) {
  const { name, judge, criteria } = set;
  const contenders = await startContenders(set.contenders, { ...settings, judge });
  const measured = Object.fromEntries(set.contenders.map((contender) => [contender, []]));
  const { quantization } = contenders[0].ready;
  const result = { name, judge, quantization, loaded: loadedBy(contenders), measured };
  try {
    const turns = [[set.warmUp], ...set.blocks];
    for (const [turn, items] of turns.entries()) {
      for (const contender of contenders) {
        if (SLOW.has(contender.name) && turn > set.slowBlocks) continue;
        const request = requestFor(contender.name, folder, {
          task: settings.task,
          criteria,
          items,
        });
        const answer = await contender.ask(request);
        if (turn > 0) measured[contender.name].push({ block: turn, ...answer });
      }
      if (turn > 0) await onBlock(result);
    }
  } finally {
    for (const contender of contenders) await contender.end();
  }
  return result;
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
