import { describe, expect, it } from "vitest";
import {
  askedOf,
  isChecklist,
  judgedScale,
  questionShares,
  questionsOf,
} from "../../../src/input/task/checklist.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";

const TASK = {
  name: "t",
  scale: { min: 1, max: 5 },
  criteria: [
    { name: "accuracy", questions: ["Is it true? ", { text: "Is it whole?", weight: 3 }] },
    { name: "tone", description: "Is it polite?" },
  ],
};

describe("a task with questions", () => {
  const task = parseTask(TASK);

  it("asks for no and yes, which count what the scale's ends do", () => {
    expect(isChecklist(task)).toBe(true);
    expect(judgedScale(task)).toEqual([
      { label: "no", value: 1 },
      { label: "yes", value: 5 },
    ]);
    expect(task.answerPrefix).toBe("answer: ");
    expect(task.scale).toHaveLength(5);
  });

  it("may ask for other answers, the worse one first", () => {
    const german = parseTask({ ...TASK, answers: ["nein", "ja"] });
    expect(judgedScale(german).map(({ label }) => label)).toEqual(["nein", "ja"]);
  });

  it("asks a criterion without questions its description", () => {
    const [accuracy, tone] = task.criteria;
    expect(accuracy && questionsOf(accuracy, task)?.map(({ text }) => text)).toEqual([
      "Is it true?",
      "Is it whole?",
    ]);
    expect(tone && questionsOf(tone, task)).toEqual([{ text: "Is it polite?", weight: 1 }]);
    expect(accuracy && askedOf(accuracy, task).map(({ question }) => question)).toEqual([
      "Is it true?",
      "Is it whole?",
    ]);
  });

  it("counts questions by their weights, which sum to 1", () => {
    expect(
      questionShares([
        { text: "a", weight: 1 },
        { text: "b", weight: 3 },
      ]),
    ).toEqual([0.25, 0.75]);
  });
});

it("a task without questions asks for its scale, once for each criterion", () => {
  const task = parseTask({ ...TASK, criteria: [{ name: "tone", description: "Is it polite?" }] });
  expect(isChecklist(task)).toBe(false);
  expect(judgedScale(task)).toEqual(task.scale);
  expect(task.criteria.map((criterion) => askedOf(criterion, task))).toEqual([task.criteria]);
});
