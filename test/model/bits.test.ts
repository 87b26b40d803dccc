import { expect, it } from "vitest";
import { tryCommandLine } from "../../scripts/research/bits/command-line.mjs";
import { exampleItems } from "../../scripts/research/bits/example-items.mjs";
import { Tally, tryJudge, tryTokens } from "../../scripts/research/bits/trial.mjs";
import { variantFile } from "../../scripts/research/bits/variants.mjs";
import { resolveJudge } from "../../src/engine/models/resolve.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { TINY_JUDGES, tinyGguf } from "../support/tiny-judges.ts";

needsDefaultJudge();

/** `npm run bits -- ROUNDS SEED` draws far more, and longer prompts. */
const SEED = 20_261_125;
const ROUNDS = 3;
const CAPTURES = 8;

/** Short prompts of real text, about 60 tokens: every token costs 4 ms and more on one thread. */
const TASK = {
  name: "bits",
  scale: { min: 1, max: 5 },
  prompt: "{{ instruction }}\n{{ response }}\n{{ criterion.description }}",
  criteria: [
    { name: "right", description: "Is the answer right, from 1 to 5?" },
    { name: "clear", description: "Is the answer clear, from 1 to 5?" },
  ],
};

/** One of each family of kernels; `npm run bits` tries all kinds of weights. */
const KINDS = ["Q4_1", "F16", "Q4_K_M"];

it.each(KINDS.map((name, index) => ({ name, index })))(
  "settings change no bit of the default judge with weights in $name",
  async ({ name, index }) => {
    const file = await variantFile(name, (await resolveJudge("smollm2-135m")).path);
    const tally = new Tally();
    const items = await exampleItems({ long: 0, short: 2, words: 20 });
    const prompts = await tryJudge({
      loadJudge: (settings) => loadJudge(file, { ...settings, gpu: "off" }),
      items,
      task: parseTask(TASK, {}),
      rounds: ROUNDS,
      captures: CAPTURES,
      seed: SEED + index,
      tally,
    });
    if (name === "Q4_1") {
      const before = tally.comparisons;
      await tryCommandLine({ file, items, task: TASK, prompts, tally });
      expect(tally.comparisons).toBe(before + prompts.length);
    }
    expect(tally.examples).toEqual([]);
    expect(tally.differing).toBe(0);
    expect(tally.comparisons).toBeGreaterThanOrEqual(CAPTURES);
    const layers = 30;
    expect(tally.values).toBe(tally.comparisons * 2 * (layers + 1) * 5);
  },
  600_000, // the first time the weights are made
);

it("settings change no bit of generated models of every shape of head", async () => {
  const tally = new Tally();
  for (const [index, { name }] of TINY_JUDGES.entries()) {
    await tryTokens({
      loadEngine: (settings) => JudgeEngine.load(tinyGguf(name), { ...settings, gpu: "off" }),
      rounds: 2,
      captures: 8,
      seed: SEED + index,
      tally,
    });
  }
  expect(tally.examples).toEqual([]);
  expect(tally.comparisons).toBeGreaterThanOrEqual(200);
});

it("flash attention does change bits, and the trial sees it", async () => {
  const { path: file } = await resolveJudge("smollm2-135m");
  const tally = new Tally();
  await tryJudge({
    loadJudge: (settings) => loadJudge(file, { ...settings, gpu: "off", fast: true }),
    items: await exampleItems({ long: 0, short: 1, words: 20 }),
    task: parseTask(TASK, {}),
    rounds: 1,
    captures: CAPTURES,
    seed: SEED + 3, // draws one thread
    tally,
  });
  expect(tally.differing).toBeGreaterThan(0);
});

it("the comparison finds a single bit", () => {
  const logits = () => ({ normed: Float32Array.of(1, 2), raw: Float32Array.of(0, 4) });
  const tally = new Tally();
  tally.compare(logits(), logits(), () => "equal");
  tally.compare(logits(), { ...logits(), raw: Float32Array.of(-0, 4) }, () => "sign of zero");
  const score = { expected: 3, actual: 3 + Number.EPSILON * 2 };
  tally.compare(logits(), logits(), () => "score", score);
  expect(tally).toMatchObject({
    comparisons: 3,
    differing: 2,
    examples: ["sign of zero", "score"],
  });
});
