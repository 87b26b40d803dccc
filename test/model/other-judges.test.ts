import { expect, it } from "vitest";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { cachedJudge } from "../support/cached-judge.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";

const TASK = parseTask({
  name: "short",
  scale: { min: 1, max: 5 },
  prompt: "{{ instruction }}\n{{ response }}\n{{ criterion.description }}",
  criteria: [{ name: "right", description: "Is it right? Grade it from 1 to 5." }],
});
// Longer than a decode call is at least, so that a second time goes on from the first.
const ITEM = { instruction: "What is 2 + 2?", response: "Two and two make four. ".repeat(10) };

// These judges are large: they are tried where they have been fetched.
it.for([
  { name: "gemma3-270m", architecture: "gemma3", layers: 18, chatTemplate: false },
  { name: "qwen2.5-coder-1.5b", architecture: "qwen2", layers: 28, chatTemplate: true },
])("$name scores, with an exact head", async (expected, context) => {
  if ((await cachedJudge(expected.name)) === null) return context.skip("it has not been fetched");
  await using judge = await loadJudge(expected.name, ON_ONE_THREAD);
  expect(judge.info).toMatchObject({
    architecture: expected.architecture,
    layers: expected.layers,
    selfCheckDifference: 0,
    embeddingRow: true,
  });
  expect(judge.chatTemplate.isFallback).toBe(!expected.chatTemplate);

  const first = await judge.score(ITEM, { task: TASK });
  const second = await judge.score(ITEM, { task: TASK });
  expect(first.score).toBeGreaterThan(1);
  expect(first.score).toBeLessThan(5);
  expect(first.nodes[0]?.normed).toHaveLength((expected.layers + 1) * 5);
  expect(second.reusedTokens).toBeGreaterThan(0);
  expect({ ...second, reusedTokens: 0 }).toEqual(first);
});

it("gemma3-270m: without a chat template, the prompt is plain text behind BOS", async (context) => {
  if ((await cachedJudge("gemma3-270m")) === null) return context.skip("it has not been fetched");
  await using judge = await loadJudge("gemma3-270m", ON_ONE_THREAD);
  const include = ["tokens", "prompt"] as const;
  const { value: outcome } = await judge.scoreAll([ITEM], { task: TASK, include }).next();
  expect(outcome).toMatchObject({
    kind: "score",
    prompt: `What is 2 + 2?\n${ITEM.response}\nIs it right? Grade it from 1 to 5.\n\nscore: `,
  });
  expect(outcome.tokens[0]).toBe(judge.info.bosToken);
});
