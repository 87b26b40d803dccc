import { describe, expect, it } from "vitest";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import {
  answersText,
  planText,
  ratedText,
  raterComparisonText,
  ratingText,
} from "../../../src/present/terminal/rating-text.ts";
import type { RatingView } from "../../../src/workflows/rate/result.ts";

const TASK = parseTask({
  name: "t",
  scale: { min: 1, max: 3 },
  criteria: [{ name: "clarity", description: "Is it clear?", anchors: { 1: "No.", 3: "Yes." } }],
});

function view(change: Partial<RatingView["item"]> = {}): RatingView {
  const [criterion] = TASK.criteria;
  if (criterion === undefined) throw new Error("the task has no criterion");
  return {
    task: TASK,
    rater: "anna",
    done: 2,
    total: 9,
    item: {
      id: "r\u202e1",
      texts: {
        instruction: "What is water?",
        response: "Wet.\u001b[2J",
        reference: "",
        context: "",
      },
      criterion,
      score: 2.345,
      given: undefined,
      ...change,
    },
  };
}

const text = (shown: RatingView) => [ratingText(shown, { columns: 40 })].flat().join("");

describe("ratingText", () => {
  it("shows the texts that there are, the criterion, its anchors and the judge's score", () => {
    expect(text(view())).toBe(
      [
        "2 of 9 done · anna · record r\\u202e1",
        "─".repeat(39),
        "instruction",
        "What is water?",
        "",
        "response",
        "Wet.\\x1b[2J",
        "",
        "─".repeat(39),
        "clarity: Is it clear?",
        "  1  No.",
        "  3  Yes.",
        "the judge says 2.35",
        "",
      ].join("\n"),
    );
  });

  it("keeps the judge's score from a blind rater, and shows what was given", () => {
    expect(text(view({ score: null }))).not.toContain("judge");
    expect(text(view({ given: 3 }))).toContain("the judge says 2.35, you said 3\n");
    expect(text(view({ score: null, given: null }))).toContain("\nyou said nothing\n");
  });
});

it("the answers are the labels, or the ends of a long scale", () => {
  expect(answersText(TASK, true)).toBe("1 2 3 · s leave out · b back · q stop ");
  const long = parseTask({ name: "t", scale: { min: 0, max: 100 }, criteria: TASK.criteria });
  expect(answersText(long, false)).toBe("0 … 100 · s leave out · b back · q stop (then Enter) ");
});

it("the way on is a command line that can be pasted", () => {
  expect(ratedText({ done: 1, total: 2 }, { run: "a run.jsonl", output: "r.jsonl" })).toBe(
    "1 of 2 ratings done, in r.jsonl\n" +
      "next: lager tune --ratings r.jsonl -o weights.json 'a run.jsonl'\n",
  );
});

it("a plan is told by its ratings and records", () => {
  const plan = ["clarity", "depth"].map((criterion) => ({ id: "1", criterion }));
  expect(planText(plan, "plan.jsonl")).toBe("2 ratings of 1 record planned: plan.jsonl\n");
});

it("agreement is a table by criterion, and of all", () => {
  const shown = raterComparisonText(
    {
      raters: [
        { rater: "anna", scores: 3 },
        { rater: "ben", scores: 4 },
      ],
      agreement: [
        { criterion: "clarity", shared: 2, alpha: 0.5, kappa: null },
        { criterion: null, shared: 3, alpha: 0.25, kappa: 0.125 },
      ],
    },
    { columns: 80 },
  );
  expect(shown).toContain("anna 3, ben 4");
  expect(shown).toMatch(/^clarity +2 +0\.500 +–$/m);
  expect(shown).toMatch(/^all +3 +0\.250 +0\.125$/m);
});
