import { afterAll, beforeAll, expect, it } from "vitest";
import { cachedJudgePath } from "../../src/engine/models/cache.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { type Judge, loadJudge } from "../../src/judge/judge.ts";
import type { ScoreItemsOptions } from "../../src/judge/score-options.ts";
import type { Outcome } from "../../src/scoring/score/outcome.ts";
import { bitsOf } from "../support/bits.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { rejection } from "../support/errors.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";

const NAME = "smollm2-135m";

/** A question that this judge, which follows no format, does answer with a digit now and then. */
const TASK = parseTask({
  name: "short",
  scale: { min: 1, max: 5 },
  prompt: "Question: {{ instruction }}\nAnswer: {{ response }}\n{{ criterion.description }}",
  criteria: [
    { name: "right", description: "Give a grade from 1 to 5. Say: The grade is" },
    { name: "clear", description: "How many words are in the answer: 1, 2, 3, 4 or 5?" },
  ],
});
const ITEMS = [
  { id: "a", instruction: "Why is the sky blue?", response: "The air scatters blue light most." },
  { id: "b", instruction: "What is 2 + 2?", response: "4" },
];
const LAST = { task: TASK, condition: "direct", scorePosition: "last", maxTokens: 12 } as const;

needsDefaultJudge();

let judge: Judge;

beforeAll(async () => {
  judge = await loadJudge(NAME, ON_ONE_THREAD);
});

afterAll(() => judge.dispose());

async function answers(options: ScoreItemsOptions, items = ITEMS): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for await (const outcome of judge.scoreAll(items, {
    ...options,
    include: ["tokens", "prompt"],
  })) {
    outcomes.set(`${outcome.id} ${outcome.criterion}`, outcome);
  }
  return outcomes;
}

it("a generated score has the bits of a plain capture of the same tokens", async () => {
  await using engine = await JudgeEngine.load(cachedJudgePath(NAME), ON_ONE_THREAD);
  const [scoreTokens] = await engine.tokenize([{ text: "12345", special: false }]);
  let scored = 0;
  for (const outcome of (await answers({ ...LAST, hidden: "20,30" })).values()) {
    if (outcome.kind === "failure") continue;
    scored++;
    const { tokens = [], prompt = "", generated = "", nodes } = outcome;
    // The judge went on from the end of the prompt; the score is the last digit that it wrote.
    const written = (await engine.textOf(tokens)).slice(prompt.length);
    expect(generated.startsWith(written)).toBe(true);
    expect(generated.slice(written.length)).toMatch(/^[1-5][^1-5]*$/);
    const captured = await engine.capture(
      Int32Array.from(tokens),
      scoreTokens ?? new Int32Array(),
      { fresh: true, hidden: true, plainAttention: true },
    );
    const { states, width = 0 } = outcome.hidden ?? {};
    for (const [i, layer] of [20, 30].entries()) {
      const state = captured.hidden?.subarray(layer * width, (layer + 1) * width);
      expect(states?.subarray(i * width, (i + 1) * width)).toEqual(state);
    }
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({ normed: captured.normed, raw: captured.raw });
    expect(bitsOf(captured)[0]).toHaveLength(31 * 5);
    // Greedy: of the labels the one that was written is the last layer's favourite.
    expect(outcome.vanilla).toBe(Number(generated[written.length]));
  }
  expect(scored).toBeGreaterThan(0);
});

it("order and company change neither the answer nor a bit", async () => {
  const forwards = await answers(LAST);
  const backwards = await answers(LAST, ITEMS.toReversed());
  const itself = (outcome: Outcome | undefined) => ({ ...outcome, reusedTokens: 0 });
  expect(forwards.size).toBe(4);
  for (const [name, outcome] of forwards) {
    expect(itself(backwards.get(name))).toEqual(itself(outcome));
  }
});

it("without a score in the answer there is a failure with the text", async () => {
  const options = { task: TASK, condition: "reasoning", maxTokens: 5 } as const;
  for (const outcome of (await answers(options)).values()) {
    expect(outcome).toMatchObject({ kind: "failure", code: "NO_SCORE_TOKEN" });
    expect(outcome.generated?.length).toBeGreaterThan(0);
    expect("message" in outcome && outcome.message).toContain(JSON.stringify(outcome.generated));
  }
  const error = await rejection(judge.score({ ...ITEMS[0] }, options), "NO_SCORE_TOKEN");
  expect(error.message).toContain("within 5 tokens");
});

it("options that fit no condition are refused", async () => {
  const score = (options: object) => judge.score({ ...ITEMS[0] }, { task: TASK, ...options });
  await rejection(score({ condition: "guess" }), "INVALID_ARGUMENT");
  await rejection(score({ maxTokens: 5 }), "INVALID_ARGUMENT");
  await rejection(score({ condition: "direct", maxTokens: 0 }), "INVALID_ARGUMENT");
  await rejection(score({ condition: "direct", scorePosition: "first" }), "INVALID_ARGUMENT");
});
