import { expect, it } from "vitest";
import { questionAnswers } from "../../../src/present/charts/question-answers.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn } from "./drawn.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 4 });

it("has a bar for each question of a criterion, named, with its figures beside it", async () => {
  const long = `Is ${"very ".repeat(30)}long?`;
  const [chart, ...more] = questionAnswers({
    ...RESULT,
    questions: [
      {
        criterion: "tone",
        question: "Is it polite?",
        share: 0.5,
        lines: 3,
        answered: 0.25,
        spearman: 0.4,
      },
      { criterion: "tone", question: long, share: 0.5, lines: 3, answered: 0.5, spearman: null },
    ],
  });
  expect(more).toEqual([]);
  expect(chart?.description).toContain("Is it polite?");
  const svg = await drawn(chart);
  const words = texts(svg, "text");
  expect(words).toContain("Is it polite?");
  expect(words.some((text) => text.endsWith("…") && text.length <= 52)).toBe(true);
  expect(words).toContain("0.25 · ρ 0.40");
  expect(words).toContain("0.50");
  expect(svg.querySelectorAll("rect")).toHaveLength(2);
});
