import { copyFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { assertion, disposeAdapters, LagerGrader } from "../../src/adapters/promptfoo.ts";
import { lagerScorer } from "../../src/adapters/scorer.ts";
import "../../src/adapters/vitest.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { rejection } from "../support/errors.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { childrenOf } from "../support/process-state.ts";
import { scratchFolder } from "../support/scratch.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const OPTIONS = { judge: tinyGguf("llama-bpe-untied"), ...ON_ONE_THREAD };
const INSTRUCTION = "What is 2 + 2?";
const ANSWER = "It is 4.";

afterAll(disposeAdapters);

/** What the library alone scores. */
async function direct(criterion: string, item: object = {}): Promise<number> {
  await using judge = await loadJudge(OPTIONS.judge, ON_ONE_THREAD);
  const texts = { instruction: INSTRUCTION, response: ANSWER, ...item };
  return (await judge.score(texts, { task: "general", criterion })).normalized;
}

it("a scorer gives the library's score, of one criterion or the mean of several", async () => {
  const one = lagerScorer({ ...OPTIONS, criteria: ["accuracy"] });
  const accuracy = await direct("accuracy");
  const args = { input: INSTRUCTION, output: ANSWER };
  expect(await one(args)).toMatchObject({ name: "accuracy", score: accuracy });
  const all = await lagerScorer({ ...OPTIONS, name: "quality" })(args);
  const others = [await direct("helpfulness"), await direct("coherence")];
  expect(all.name).toBe("quality");
  expect(all.score).toBeCloseTo((accuracy + (others[0] ?? 0) + (others[1] ?? 0)) / 3, 12);
  expect(Object.keys(all.metadata)).toEqual(["helpfulness", "accuracy", "coherence"]);
});

it("a scorer reads what was expected, and says why an answer has no score", async () => {
  const scorer = lagerScorer({ ...OPTIONS, criteria: ["accuracy"] });
  const args = { input: INSTRUCTION, output: ANSWER };
  const right = await scorer({ ...args, expected: "4" });
  const wrong = await scorer({ ...args, expected: "Lisbon" });
  expect(right.score).not.toBe(wrong.score);
  const empty = await lagerScorer(OPTIONS)({ ...args, output: " " });
  expect(empty).toMatchObject({
    score: null,
    metadata: { record: { error: { code: "EMPTY_RESPONSE" } } },
  });
});

it("a judge that cannot be had is an error, and asked for again it is looked for again", async () => {
  const scorer = lagerScorer({ judge: "no-such-judge" });
  for (let i = 0; i < 2; i++) {
    await rejection(scorer({ output: "x" }), "UNKNOWN_JUDGE");
  }
});

// The way in which the engine's process is found is Linux's.
it.skipIf(process.platform !== "linux")(
  "a judge whose engine is lost is loaded anew by the answer after, and scores as before",
  async () => {
    const file = path.join(await scratchFolder(), "judge.gguf");
    await copyFile(OPTIONS.judge, file);
    const others = new Set(childrenOf(process.pid));
    const own = { ...OPTIONS, judge: file, isolation: "process" } as const;
    const scorer = lagerScorer({ ...own, criteria: ["accuracy"] });
    const args = { input: INSTRUCTION, output: ANSWER };
    const before = await scorer(args);
    const engines = childrenOf(process.pid).filter((pid) => !others.has(pid));
    expect(engines).toHaveLength(1);

    // A judge whose file has changed is not loaded again behind its user's back: its engine is lost.
    await utimes(file, 1, 1);
    process.kill(engines[0] ?? 0, "SIGKILL");
    await rejection(scorer(args), "ENGINE_LOST");
    expect(await scorer(args)).toEqual(before);
  },
);

it("a scorer keeps the order of its criteria, and names the one that was most likely meant", async () => {
  const args = { input: INSTRUCTION, output: ANSWER };
  const criteria = ["coherence", "accuracy", "coherence"];
  const { metadata } = await lagerScorer({ ...OPTIONS, criteria })(args);
  expect(Object.keys(metadata)).toEqual(["coherence", "accuracy"]);
  const misspelt = lagerScorer({ ...OPTIONS, criteria: ["acuracy"] })(args);
  const { message } = await rejection(misspelt, "INVALID_ARGUMENT");
  expect(message).toMatch(/it has helpfulness, accuracy, coherence\. Did you mean "accuracy"\?/);
  for (const none of [[], "tone" as unknown as string[]]) {
    const scored = lagerScorer({ ...OPTIONS, criteria: none })(args);
    await rejection(scored, "INVALID_ARGUMENT");
  }
});

it("promptfoo's assertion passes from its threshold on, and names each criterion", async () => {
  const accuracy = await direct("accuracy", { instruction: "2 + 2?" });
  const graded = (threshold: number) =>
    assertion(ANSWER, {
      prompt: "You are a calculator. 2 + 2?",
      vars: { question: "2 + 2?" },
      config: {
        ...OPTIONS,
        criteria: ["accuracy"],
        fields: { instruction: "question" },
        threshold,
      },
    });
  expect(await graded(accuracy)).toMatchObject({
    ...{ pass: true, score: accuracy, namedScores: { accuracy } },
    reason: expect.stringMatching(/^accuracy \d\.\d\d of 1–5$/),
    metadata: { lager: { accuracy: { normalized: accuracy } } },
  });
  expect(await graded(accuracy + 1e-9)).toMatchObject({ pass: false, score: accuracy });
  expect(await assertion("", { prompt: "x", config: OPTIONS })).toMatchObject({
    ...{ pass: false, score: 0, reason: expect.stringMatching(/EMPTY_RESPONSE/) },
  });
});

it("promptfoo's assertion names a variable or an option that there is not", async () => {
  const missing = { ...OPTIONS, fields: { instruction: "query" } };
  const unknown = assertion("x", { vars: { question: "?" }, config: missing });
  const { message } = await rejection(unknown, "INVALID_ARGUMENT");
  expect(message).toMatch(/has no variable query; it has question/);
  const high = assertion("x", { config: { ...OPTIONS, threshold: 3 } });
  expect((await rejection(high, "INVALID_ARGUMENT")).message).toMatch(/from 0 to 1/);
});

it("promptfoo's grader answers a rubric with the probability of yes", async () => {
  const grade = async (rubric: string, threshold: number) => {
    const grader = new LagerGrader({ config: { ...OPTIONS, threshold } });
    const { output } = await grader.callApi("not read", { vars: { output: ANSWER, rubric } });
    return JSON.parse(output ?? "null");
  };
  const polite = await grade("It is polite", 0);
  expect(polite).toMatchObject({ pass: true, score: expect.any(Number) });
  expect(polite.score).toBeGreaterThan(0);
  expect(polite.score).toBeLessThan(1);
  expect(await grade("It is polite", 1)).toMatchObject({ pass: false, score: polite.score });
  expect((await grade("It mentions a number", 0)).score).not.toBe(polite.score);
});

it("promptfoo's grader sorts into the labels of a task, and says what it cannot do", async () => {
  const task = {
    ...{ name: "tone", required: ["response"], answerPrefix: "tone: " },
    scale: { labels: { rude: 0, kind: 1 } },
    criteria: [{ name: "tone", description: "How does it sound?" }],
  };
  const grader = new LagerGrader({ config: { ...OPTIONS, task } });
  const { classification } = await grader.callClassificationApi(ANSWER);
  expect(Object.keys(classification ?? {})).toEqual(["rude", "kind"]);
  expect((classification?.rude ?? 0) + (classification?.kind ?? 0)).toBeCloseTo(1, 6);

  const folder = await scratchFolder();
  await writeFile(path.join(folder, "tone.json"), JSON.stringify(task));
  const config = { ...OPTIONS, task: "tone.json", basePath: folder };
  const fromFile = await new LagerGrader({ config }).callClassificationApi(ANSWER);
  expect(fromFile).toEqual({ classification });

  const plain = new LagerGrader({ id: "judge", config: OPTIONS });
  expect(plain.id()).toBe("judge");
  expect((await plain.callClassificationApi(ANSWER)).error).toMatch(/name one in the provider/);
  expect((await plain.callApi("", { vars: { completion: "x" } })).error).toMatch(/no rubric/);
});

it("vitest's matcher compares the score, both ways, and shows what was read", async () => {
  const options = { ...OPTIONS, instruction: INSTRUCTION, criteria: ["accuracy"] };
  const accuracy = await direct("accuracy");
  await expect(ANSWER).toScoreAtLeast(accuracy, options);
  await expect(ANSWER).not.toScoreAtLeast(Math.min(1, accuracy + 1e-6), options);
  const low = expect(ANSWER).toScoreAtLeast(1, options);
  await expect(low).rejects.toThrow(
    /expected a score of at least 1, and it is 0\.\d{3}: accuracy \d\.\d\d of/,
  );
  await rejection(expect("").toScoreAtLeast(0, options), "EMPTY_RESPONSE");
});
