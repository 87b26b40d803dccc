import { expect, it } from "vitest";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { bruteForceLabels } from "../support/brute-force-labels.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";

const ITEM = {
  instruction: "Why does a hard-boiled egg sink in fresh water?",
  response: "It is a little denser than fresh water. Salt makes the water denser, and it floats.",
};

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

const SCALES = {
  "1–9": numbers(1, 9),
  "1–10": numbers(1, 10),
  "0–100": numbers(0, 100),
  "poor, fair, good": ["poor", "fair", "good"],
  "labels that share words": ["not good", "not very bad", "not very good", "good", "very good"],
  "letters A–E": ["E", "D", "C", "B", "A"],
};

needsDefaultJudge();

/** One engine at a time: first all scores of the judge, then the captures that check them. */
it("scores labels of several tokens as brute force does", async () => {
  const scores = new Map<string, Score>();
  let path: string;
  {
    await using judge = await loadJudge("smollm2-135m", ON_ONE_THREAD);
    path = judge.path;
    for (const [name, labels] of Object.entries(SCALES)) {
      const task = parseTask({
        name: "labels",
        description: "Grade the response.",
        scale: { labels: labels.map((label, i) => ({ label, value: i + 1 })) },
        criteria: [{ name: "quality", description: "Is it right and clear?", anchors: {} }],
      });
      for await (const outcome of judge.scoreAll([ITEM], {
        ...{ task, layers: "all", include: ["tokens", "prompt"] },
      })) {
        if (outcome.kind === "failure") throw new Error(outcome.message);
        scores.set(name, outcome);
      }
    }
  }
  await using engine = await JudgeEngine.load(path, ON_ONE_THREAD);
  const endToken = engine.specialTokens.find(({ text }) => text === "<|im_end|>")?.id ?? -1;
  for (const [name, labels] of Object.entries(SCALES)) {
    const score = scores.get(name);
    const question = {
      prompt: score?.prompt ?? "",
      tokens: score?.tokens ?? [],
      labels,
      endToken,
    };
    const all = Array.from({ length: engine.info.layers }, (_, i) => i + 1);
    const [expected = [], last = []] = await bruteForceLabels(engine, question, [
      { layers: all, projection: "normed" },
      { layers: all.slice(-1), projection: "normed" },
    ]);
    const found = score?.probabilities ?? [];
    expect(found, name).toHaveLength(labels.length);
    expect(Math.abs(found.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    for (const [k, p] of expected.entries()) {
      expect(Math.abs((found[k] ?? Number.NaN) - p), `${name}: ${labels[k]}`).toBeLessThan(1e-6);
    }
    const expectation = last.reduce((sum, p, k) => sum + p * (k + 1), 0);
    expect(score?.eScore, name).toBeCloseTo(expectation, 5);
    expect(score?.vanilla, name).toBe(last.indexOf(Math.max(...last)) + 1);
  }
  // The scales are of both kinds: with a tree of tokens, and of one token to a label.
  expect([...scores.values()].map(({ nodes }) => nodes.length)).toEqual([1, 2, 11, 1, 3, 1]);
});
