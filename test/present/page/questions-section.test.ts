import { expect, it } from "vitest";
import { questionsSection } from "../../../src/present/page/questions-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 4 });
const QUESTION = { criterion: "facts", question: "Is it <b>true</b>?", share: 0.25, lines: 9 };

it("has a picture a criterion, and every question in a table", async () => {
  const questions = [
    { ...QUESTION, answered: 0.75, spearman: 0.5 },
    { ...QUESTION, criterion: "tone", answered: null, spearman: null },
  ];
  const tree = sectionTree(
    await questionsSection(
      viewOf({ ...RESULT, run: { ...RESULT.run, labels: ["no", "yes"] }, questions }),
    ),
  );
  const ids = [...tree.querySelectorAll("figure")].map((figure) => figure.getAttribute("id"));
  expect(ids).toEqual(["questions-facts", "questions-tone"]);
  expect(texts(tree, "thead th")[2]).toBe("mean p(yes)");
  const rows = [...tree.querySelectorAll("tbody tr")].map((row) => texts(row, "th, td"));
  expect(rows).toEqual([
    ["facts", "Is it <b>true</b>?", "0.750", "25 %", "0.500", "9"],
    ["tone", "Is it <b>true</b>?", "–", "25 %", "–", "9"],
  ]);
  expect(tree.querySelectorAll("tbody b")).toHaveLength(0);
});

it("is not there where no questions were asked", async () => {
  expect(await questionsSection(viewOf(RESULT))).toBeNull();
});
