import { expect, it } from "vitest";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { thrown } from "../../support/errors.ts";

const TONE = { name: "tone", description: "Is it polite?" };

it.each([
  ["no question", { criteria: [{ name: "c", questions: [] }] }, "criteria.0.questions"],
  [
    "an empty question",
    { criteria: [{ name: "c", questions: ["a?", " "] }] },
    "criteria.0.questions.1",
  ],
  [
    "a weight that counts nothing",
    { criteria: [{ name: "c", questions: [{ text: "a?", weight: 0 }] }] },
    "criteria.0.questions.0.weight",
  ],
  [
    "an unknown key of a question",
    { criteria: [{ name: "c", questions: [{ question: "a?" }] }] },
    "criteria.0.questions.0.question",
  ],
  [
    "anchors beside questions",
    { criteria: [{ name: "c", questions: ["a?"], anchors: { 1: "x" } }] },
    "criteria.0.anchors",
  ],
  [
    "anchors of another criterion, which nothing would show",
    {
      criteria: [
        { name: "c", questions: ["a?"] },
        { ...TONE, anchors: { 1: "x" } },
      ],
    },
    "criteria.1.anchors",
  ],
  ["answers without questions", { criteria: [TONE], answers: ["no", "yes"] }, "answers"],
  ["one answer", { criteria: [{ name: "c", questions: ["a?"] }], answers: ["yes"] }, "answers"],
  [
    "twice the same answer",
    { criteria: [{ name: "c", questions: ["a?"] }], answers: ["yes", "yes"] },
    "answers",
  ],
  [
    "more questions than anybody writes",
    { criteria: [{ name: "c", questions: Array.from({ length: 101 }, (_, i) => `q${i}?`) }] },
    "criteria.0.questions",
  ],
])("a task with %s is refused, and the field named", async (_, part, field) => {
  const error = await thrown(
    () => parseTask({ name: "t", scale: { min: 1, max: 3 }, ...part }),
    "INVALID_TASK",
  );
  expect(error.place).toMatchObject({ field });
});
