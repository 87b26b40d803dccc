import { expect, it, onTestFinished } from "vitest";
import { type Judge, loadJudge } from "../../src/judge/judge.ts";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const QUESTIONS = ["Is it true?", "Is it polite?", "Does it answer what was asked?"];
const WEIGHTS = [1, 2, 5];
const TASK = {
  name: "checklist",
  scale: { min: 1, max: 5 },
  criteria: [
    { name: "quality", questions: QUESTIONS.map((text, i) => ({ text, weight: WEIGHTS[i] })) },
    { name: "tone", description: "Is it friendly?" },
  ],
};
/** Each question as a task of its own on the same two labels. */
const ALONE = QUESTIONS.map((question) => ({
  ...TASK,
  criteria: [{ name: "quality", questions: [question] }],
}));
const ITEMS = [1, 2, 3].map((n) => ({
  id: `${n}`,
  instruction: `Say ${n}.`,
  response: `It is ${n}`,
}));

async function tinyJudge(): Promise<Judge> {
  const judge = await loadJudge(tinyGguf("llama-bpe-untied"), ON_ONE_THREAD);
  onTestFinished(() => judge.dispose());
  return judge;
}

function figures({ promptTokens: _, reusedTokens: __, ...rest }: Score): unknown {
  return rest;
}

it("a checklist's score is the weighted mean of what each question alone scores", async () => {
  const judge = await tinyJudge();
  for (const item of ITEMS) {
    const whole = await judge.score(item, { task: TASK });
    const alone = [];
    for (const task of ALONE) alone.push(await judge.score(item, { task }));
    expect(whole.questions?.map(({ score }) => score)).toEqual(alone.map(({ score }) => score));
    for (const name of ["score", "eScore", "lager", "vanilla", "scoreMass"] as const) {
      const mean = alone.reduce((sum, each, i) => sum + ((WEIGHTS[i] ?? 0) / 8) * each[name], 0);
      expect(whole[name]).toBeCloseTo(mean, 5);
    }
    expect(whole.nodes.map(({ normed }) => normed)).toEqual(
      alone.flatMap(({ nodes }) => nodes.map(({ normed }) => normed)),
    );
    expect(whole.promptTokens).toBe(alone.reduce((sum, each) => sum + each.promptTokens, 0));
  }
});

it("a checklist's items get the same bits alone, in a stream, and in any order", async () => {
  const judge = await tinyJudge();
  const stream = async (items: typeof ITEMS) =>
    new Map(
      (await collect(judge.scoreAll(items, { task: TASK }))).map((outcome) => [
        `${outcome.id} ${outcome.criterion}`,
        outcome.kind === "score" ? figures(outcome) : outcome,
      ]),
    );
  const together = await stream(ITEMS);
  expect(together.size).toBe(6);
  expect(await stream(ITEMS.toReversed())).toEqual(together);
  const { group: _, ...alone } = await judge.score(ITEMS[1] ?? {}, {
    task: TASK,
    criterion: "tone",
  });
  expect(together.get("2 tone")).toMatchObject(figures(alone as Score) as object);
});

it("a checklist's prompts and tokens stand with its questions", async () => {
  const judge = await tinyJudge();
  const { questions = [], prompt } = await judge.score(ITEMS[0] ?? {}, {
    task: TASK,
    include: ["prompt", "tokens"],
  });
  expect(prompt).toBeUndefined();
  for (const [i, question] of QUESTIONS.entries()) {
    expect(questions[i]?.prompt).toContain(question);
    expect(questions[i]?.tokens?.length).toBeGreaterThan(20);
  }
});

it.each([{ condition: "direct" }, { condition: "reasoning" }, { hidden: "all" }] as const)(
  "a checklist is not scored with %s",
  async (options) => {
    const judge = await tinyJudge();
    await rejection(judge.openSession(TASK, options), "INVALID_ARGUMENT");
  },
);
