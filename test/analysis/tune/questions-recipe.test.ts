import { expect, it } from "vitest";
import { tunedScores } from "../../../src/analysis/eval/tuned-scores.ts";
import { learnWeights } from "../../../src/analysis/tune/learn-weights.ts";
import { Pacer } from "../../../src/base/pacer.ts";
import { applyWeights } from "../../../src/scoring/score/apply-weights.ts";
import { parseWeights } from "../../../src/scoring/weights/parse-weights.ts";
import {
  formatWeights,
  type QuestionWeights,
} from "../../../src/scoring/weights/weights-format.ts";
import { checklistScore, checklistTable } from "../../fixtures/made-up-checklist.ts";
import { madeUpTable } from "../../fixtures/made-up-run.ts";
import { rejection, thrown } from "../../support/errors.ts";

const PACER = new Pacer(undefined, "testing");

async function learned(): Promise<QuestionWeights> {
  const weights = await learnWeights(checklistTable(60), { recipe: "questions" });
  if (weights.recipe !== "questions") throw new Error(weights.recipe);
  return weights;
}

it("learns what each question says, and its sign", async () => {
  const weights = await learned();
  const [any = 0, good = 0, bad = 0] = weights.parameters.criteria.accuracy?.coefficients ?? [];
  expect(good).toBeGreaterThan(0.2);
  expect(bad).toBeLessThan(-0.1);
  expect(Math.abs(any)).toBeLessThan(0.1);
  const [tuned, , eScore] = weights.validation.methods;
  expect(tuned?.criteria.accuracy).toBeGreaterThan((eScore?.criteria.accuracy ?? 1) + 0.2);
});

it("is the same file each time, and the same weights when it is read", async () => {
  const weights = await learned();
  expect(formatWeights(await learned())).toBe(formatWeights(weights));
  expect(parseWeights(JSON.parse(formatWeights(weights)))).toEqual(weights);
});

it("scores an item with the bits that an evaluation gives it", async () => {
  const weights = await learned();
  const table = checklistTable(70);
  const { method } = await tunedScores(table, { file: "w.json", weights }, [], PACER);
  const fresh = Array.from({ length: table.lines }, (_, line) => line).slice(-20);
  for (const line of fresh) {
    const criterion = table.criteria[table.criterionOf[line] as number] ?? "";
    const item = {
      criterion,
      nodes: table.nodes
        .filter(({ question }) => (question?.shares[line] ?? 0) > 0)
        .map(({ question, ...node }) => ({
          ...node,
          ...(question && {
            question: { ...question, shares: question.shares.slice(line, line + 1) },
          }),
          normed: node.normed.slice(line * 6, line * 6 + 6),
          raw: node.raw.slice(line * 6, line * 6 + 6),
        })),
    };
    const { score, probabilities } = applyWeights(weights, item);
    expect(score).toBe(method.scores[line]);
    expect((probabilities[0] ?? 0) + 5 * (probabilities[1] ?? 0)).toBeCloseTo(score, 8);
  }
});

it("leaves a criterion that was not learned from its own mean", async () => {
  const weights = await learned();
  const { accuracy } = weights.parameters.criteria;
  const without = { ...weights, parameters: { criteria: accuracy ? { accuracy } : {} } };
  const { nodes, score } = checklistScore("x", "tone", [[0, 1]]);
  expect(Math.fround(applyWeights(without, { criterion: "tone", nodes }).score)).toBe(score);
});

it("is refused where the criterion has other questions, and where none were asked", async () => {
  const weights = await learned();
  const { nodes } = checklistScore("x", "tone", [[0, 1]]);
  await thrown(() => applyWeights(weights, { criterion: "accuracy", nodes }), "WEIGHTS_MISMATCH");
  await rejection(learnWeights(madeUpTable(20), { recipe: "questions" }), "INVALID_ARGUMENT");
});

it.each(["lager", "probe"] as const)(
  "the recipe %s cannot learn from questions",
  async (recipe) => {
    await rejection(learnWeights(checklistTable(20), { recipe }), "INVALID_ARGUMENT");
  },
);

it.each(["ridge", "kernel"] as const)("the recipe %s learns from their mean", async (recipe) => {
  const weights = await learnWeights(checklistTable(40), { recipe, allowWorse: true });
  const table = checklistTable(44);
  const { method } = await tunedScores(table, { file: "w.json", weights }, [], PACER);
  expect(method.scores.every((score) => score >= 1 && score <= 5)).toBe(true);
});
