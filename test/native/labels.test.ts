import { describe, expect, it } from "vitest";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { type Judge, loadJudge } from "../../src/judge/judge.ts";
import type { ScoreItemsOptions } from "../../src/judge/score-options.ts";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { bruteForceLabels } from "../support/brute-force-labels.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const ITEMS = [
  { instruction: "Name a colour.", response: "Blue." },
  { instruction: "Name a colour.", response: "A cup of tea, and then another one." },
  { instruction: "What is 2 + 2?", response: "4" },
];

function scaleOf(labels: readonly string[]) {
  return parseTask({
    name: "labels",
    description: "Grade the response.",
    scale: { labels: labels.map((label, i) => ({ label, value: i + 1 })) },
    criteria: [{ name: "quality", description: "Is it right?", anchors: {} }],
  });
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

const SCALES: [string, string[]][] = [
  ["1–5", numbers(1, 5)],
  ["1–9", numbers(1, 9)],
  ["0–9", numbers(0, 9)],
  ["1–10", numbers(1, 10)],
  ["0–100", numbers(0, 100)],
  ["words", ["poor", "fair", "good", "very good", "goodness", "excellent"]],
  ["letters", ["E", "D", "C", "B", "A"]],
  // In no vocabulary: told apart by their bytes.
  ["faces", ["🙁", "😐", "🙂"]],
];

/** The judge of a generated model, for as long as `work` takes. */
async function withTinyJudge<T>(name: string, work: (judge: Judge) => Promise<T>): Promise<T> {
  await using judge = await loadJudge(tinyGguf(name), ON_ONE_THREAD);
  return await work(judge); // awaited, or it would be disposed before
}

async function scoreWith(
  judge: Judge,
  items: readonly (typeof ITEMS)[number][],
  options: ScoreItemsOptions,
): Promise<Score[]> {
  const scores: Score[] = [];
  for await (const outcome of judge.scoreAll(items, options)) {
    if (outcome.kind === "failure") throw new Error(outcome.message);
    scores.push(outcome);
  }
  return scores;
}

function scoreItems(
  name: string,
  items: readonly (typeof ITEMS)[number][],
  options: ScoreItemsOptions,
): Promise<Score[]> {
  return withTinyJudge(name, (judge) => scoreWith(judge, items, options));
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [k, p] of expected.entries()) {
    expect(Math.abs((found[k] ?? Number.NaN) - p)).toBeLessThan(1e-6);
  }
}

const mean = (p: readonly number[]) => sum(p.map((each, k) => each * (k + 1)));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe.each([
  // Without a chat template, and with one in which ordinary text follows an answer, it is EOS.
  ["llama-spm-untied", "</s>"],
  ["phi2-bias", "<|endoftext|>"],
  ["qwen2-bpe", "<|im_end|>"],
  ["gemma3-window", "<|end|>"],
] as const)("labels of %s", (name, end) => {
  it.each(SCALES)("have the probabilities of brute force: %s", async (_, labels) => {
    const task = scaleOf(labels);
    const items = ITEMS.slice(0, 1);
    const scores = await withTinyJudge(name, async (judge) => ({
      normed: await scoreWith(judge, items, { task, layers: "all", include: ["tokens", "prompt"] }),
      raw: await scoreWith(judge, items, { task, layers: "all", projection: "raw" }),
    }));
    const [{ tokens = [], prompt = "" } = {}] = scores.normed;
    const engine = await loadTiny(name);
    const endToken = engine.specialTokens.find(({ text }) => text === end)?.id ?? -1;
    const question = { prompt, tokens, labels, endToken };
    const all = Array.from({ length: engine.info.layers }, (_layer, i) => i + 1);
    const [normed = [], raw = [], last = []] = await bruteForceLabels(engine, question, [
      { layers: all, projection: "normed" },
      { layers: all, projection: "raw" },
      { layers: all.slice(-1), projection: "normed" },
    ]);
    for (const [projection, expected] of Object.entries({ normed, raw })) {
      const [score] = projection === "raw" ? scores.raw : scores.normed;
      expect(Math.abs(sum(expected) - 1)).toBeLessThan(1e-12);
      expect(Math.abs(sum(score?.probabilities ?? []) - 1)).toBeLessThan(1e-6);
      expectClose(score?.probabilities ?? [], expected);
      expect(score?.score).toBeCloseTo(mean(expected), 5);
      expect(score?.lager).toBeCloseTo(mean(normed), 5);
      expect(score?.eScore).toBeCloseTo(mean(last), 5);
      expect(score?.vanilla).toBe(last.indexOf(Math.max(...last)) + 1);
    }
  });
});

describe("labels of several tokens", () => {
  const task = scaleOf(numbers(0, 100));

  it("make a distribution over 0–100", async () => {
    const [score] = await scoreItems("qwen2-bpe", ITEMS.slice(0, 1), { task });
    expect(score?.probabilities).toHaveLength(101);
    expect(Math.abs(sum(score?.probabilities ?? []) - 1)).toBeLessThan(1e-6);
    expect(Math.min(...(score?.probabilities ?? []))).toBeGreaterThan(0);
    expect(score?.nodes).toHaveLength(11);
  });

  it("give an item the same bits in any order and company", async () => {
    const figures = ({ reusedTokens: _, id: __, ...score }: Score) => score;
    const forwards = await scoreItems("qwen2-bpe", ITEMS, { task });
    const backwards = await scoreItems("qwen2-bpe", [...ITEMS].reverse(), { task });
    expect(forwards.map(figures)).toEqual(backwards.reverse().map(figures));
    for (const [i, item] of ITEMS.entries()) {
      const [alone] = await scoreItems("qwen2-bpe", [item], { task });
      expect(alone && figures(alone)).toEqual(forwards[i] && figures(forwards[i]));
    }
  });

  it("decode the prompt once, and count what the branches took", async () => {
    const seen: { promptTokens: number; decodedTokens: number }[] = [];
    const [score] = await scoreItems("qwen2-bpe", ITEMS.slice(0, 1), {
      task,
      onProgress: (progress) => seen.push(progress),
    });
    const { promptTokens = 0, branchTokens = 0, nodes = [] } = score ?? {};
    expect(promptTokens).toBeGreaterThan(100);
    // A decode starts at a multiple of 4 and takes 4 tokens at least.
    expect(branchTokens).toBeGreaterThanOrEqual(4 * (nodes.length - 1));
    expect(branchTokens).toBeLessThan(10 * (nodes.length - 1));
    expect(seen.at(-1)).toMatchObject({
      promptTokens,
      decodedTokens: promptTokens + branchTokens,
    });
  });

  it("report the share of the vocabulary that their first tokens hold", async () => {
    const [score] = await scoreItems("qwen2-bpe", ITEMS.slice(0, 1), { task, include: ["tokens"] });
    const root = score?.nodes?.[0];
    const engine = await loadTiny("qwen2-bpe");
    const { scoreMass } = await engine.capture(
      Int32Array.from(score?.tokens ?? []),
      Int32Array.from(root?.outcomes ?? []),
      { plainAttention: true },
    );
    expect(root?.outcomes).toHaveLength(10);
    expect(score?.scoreMass).toBe(Math.fround(scoreMass));
  });

  it("can be aborted, and scored afterwards", async () => {
    await withTinyJudge("qwen2-bpe", async (judge) => {
      const item = ITEMS[0] ?? {};
      const abort = new AbortController();
      const aborted = judge.score(item, { task, signal: abort.signal });
      setTimeout(() => abort.abort(), 1);
      await rejection(aborted, "ABORTED");
      expect((await judge.score(item, { task })).nodes).toHaveLength(11);
    });
  });

  it("are shown with their tokens", async () => {
    const { labels } = await withTinyJudge("qwen2-bpe", (judge) =>
      judge.openSession(scaleOf(["1", "2", "10"])),
    );
    expect(labels.map(({ texts }) => texts)).toEqual([["1", "<|im_end|>"], ["2"], ["1", "0"]]);
    expect(labels.map(({ tokens }) => tokens.length)).toEqual([2, 1, 2]);
  });
});
