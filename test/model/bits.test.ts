import { describe, expect, test } from "vitest";
import { EXAMPLE_TASK, exampleItems } from "../../scripts/bits/example-items.mjs";
import { Tally, tryJudge, tryTokens } from "../../scripts/bits/trial.mjs";
import { variantFile } from "../../scripts/bits/variants.mjs";
import { JudgeEngine } from "../../src/capture/judge-engine.ts";
import { Judge } from "../../src/judge/judge.ts";
import { resolveJudge } from "../../src/models/resolve.ts";
import { loadTask } from "../../src/task/load-task.ts";
import { TINY_JUDGES, tinyGguf } from "../support/tiny-judges.ts";

/** `npm run bits -- ROUNDS SEED` draws far more, over eight kinds of weights. */
const SEED = 20_261_124;

describe("settings change no bit on the CPU", () => {
  test.each(["Q4_1", "F16", "Q8_0", "Q4_0"])(
    "of the default judge with weights in %s",
    async (name) => {
      const file = await variantFile(name, (await resolveJudge("smollm2-135m")).path);
      const task = await loadTask(EXAMPLE_TASK);
      const tally = new Tally();
      const prompts = await tryJudge({
        loadEngine: (settings) => JudgeEngine.load(file, { ...settings, gpu: "off" }),
        asJudge: (engine) => new Judge(engine, name, file, ""),
        items: await exampleItems({ long: 1, short: 1 }),
        task: { ...task, criteria: task.criteria.slice(0, 2) },
        rounds: 3,
        captures: 12,
        seed: SEED,
        tally,
      });
      expect(Math.max(...prompts.map(({ tokens }) => tokens.length))).toBeGreaterThan(512);
      expect(tally.examples).toEqual([]);
      expect(tally.differing).toBe(0);
      expect(tally.comparisons).toBeGreaterThan(24);
    },
    300_000,
  );

  test("of generated models of every shape of head", async () => {
    const tally = new Tally();
    for (const { name } of TINY_JUDGES) {
      await tryTokens({
        loadEngine: (settings) => JudgeEngine.load(tinyGguf(name), { ...settings, gpu: "off" }),
        rounds: 2,
        captures: 8,
        seed: SEED,
        tally,
      });
    }
    expect(tally.examples).toEqual([]);
    expect(tally.comparisons).toBe(TINY_JUDGES.length * 16);
  });
});

test("the comparison finds a single bit", () => {
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
