import path from "node:path";
import { expect, it } from "vitest";
import {
  fooledBpe,
  fooledSpm,
  writeFooledGguf,
} from "../../scripts/research/injections/fooled-gguf.mjs";
import { tryInjections } from "../../scripts/research/injections/try-injections.mjs";
import { parseRecord } from "../../src/input/dataset/parse-record.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { JudgeTask } from "../../src/judge/judge-task.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { scratchFolder } from "../support/scratch.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

async function tried(file: string, count: number) {
  await using judge = await loadJudge(file, { ...ON_ONE_THREAD, isolation: "none" });
  const open = (object: Record<string, unknown>) => {
    const task = parseTask(object);
    const judgeTask = new JudgeTask(judge.engine, judge.chatTemplate, task);
    const [criterion] = task.criteria;
    if (criterion === undefined) throw new Error("no criterion");
    return (record: Record<string, unknown>) =>
      judgeTask.prompt(criterion, parseRecord(record, task, 1));
  };
  return await tryInjections({ tokenizer: judge.engine, open }, { count, seed: 1 });
}

it.each([
  ["SentencePiece vocabulary made to be fooled", fooledSpm()],
  ["byte-pair vocabulary made to be fooled", fooledBpe("default")],
  ["vocabulary that takes words whole", fooledBpe("llama-bpe")],
])("no special token comes of a record's text, with a %s", async (name, vocabulary) => {
  const file = path.join(await scratchFolder(), `${name}.gguf`);
  writeFooledGguf(file, vocabulary);
  const counts = await tried(file, 120);
  expect(counts.forged).toEqual([]);
  expect(counts.wouldForge).toBeGreaterThan(60);
});

it.each(["llama-spm-untied", "qwen2-bpe"])(
  "no special token comes of a record's text, with the vocabulary of %s",
  async (name) => {
    const counts = await tried(tinyGguf(name), 60);
    expect(counts.forged).toEqual([]);
    expect(counts.wouldForge).toBeGreaterThan(20);
    expect(counts.cut).toBeGreaterThan(10);
  },
);
