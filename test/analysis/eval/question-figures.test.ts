import { expect, it } from "vitest";
import { questionFigures } from "../../../src/analysis/eval/question-figures.ts";
import { RunTableBuilder } from "../../../src/run/run-table-builder.ts";
import {
  CHECKLIST_HEADER,
  checklistScore,
  checklistTable,
} from "../../fixtures/made-up-checklist.ts";
import { madeUpTable } from "../../fixtures/made-up-run.ts";

it("says how each question was answered, what it counts, and how it agrees with people", () => {
  const builder = new RunTableBuilder(["run.jsonl"], CHECKLIST_HEADER);
  for (const [i, human] of [1, 3, 5].entries()) {
    const odds = [Math.log(3), human, -human].map((each) => [9, each] as const);
    builder.add(checklistScore(`${i}`, "accuracy", odds, { human }), "run.jsonl");
  }
  const figures = questionFigures(builder.finish());
  expect(
    figures.map(({ criterion, question, share, lines }) => [criterion, question, share, lines]),
  ).toEqual([
    ["accuracy", "Is it true?", 0.25, 3],
    ["accuracy", "Is it to the point?", 0.5, 3],
    ["accuracy", "Is it short?", 0.25, 3],
    ["tone", "Is it polite?", 1, 0],
  ]);
  expect(figures[0]?.answered).toBeCloseTo(0.75, 6);
  expect(figures[3]?.answered).toBeNull();
  expect(figures.map(({ spearman }) => spearman)).toEqual([null, 1, -1, null]);
});

it("counts a question only on the lines of its own criterion", () => {
  const table = checklistTable(20);
  const figures = questionFigures(table);
  expect(figures.map(({ lines }) => lines)).toEqual([20, 20, 20, 20]);
  expect(figures[1]?.spearman).toBeGreaterThan(0.9);
  expect(figures[2]?.spearman).toBeLessThan(-0.9);
});

it("has nothing to say of a run without questions", () => {
  expect(questionFigures(madeUpTable(3))).toEqual([]);
});
