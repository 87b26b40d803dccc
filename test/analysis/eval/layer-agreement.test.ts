import { expect, it } from "vitest";
import { evaluateTable } from "../../../src/analysis/eval/evaluate-run.ts";
import { LayerAgreement } from "../../../src/analysis/eval/layer-agreement.ts";
import { choiceScores, layerChoice } from "../../../src/analysis/eval/layer-choice.ts";
import type { Projection } from "../../../src/scoring/weights/layer-set.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";

const CHOICES: readonly (readonly [string, Projection])[] = [
  ["last", "normed"],
  ["1-2", "raw"],
  ["contrast:0.7", "normed"],
  ["weights:1=0.1,2=0.7,4=-0.3", "normed"],
];

/** All figures of a column, scope by scope. */
function allOf(agreement: LayerAgreement, scores: Float64Array) {
  const scopes = Array.from({ length: agreement.scopes }, (_, i) => agreement.scope(i, scores));
  return agreement.together(scopes);
}

it.each(CHOICES)("%s (%s) agrees with people as an evaluation says, bit by bit", async (...of) => {
  const [layers, projection] = of;
  const table = madeUpTable(40, { layers: noisyLayers() });
  const result = await evaluateTable(table, { layers, projection, resamples: 1 });
  const agreement = new LayerAgreement(table);
  // Twice: the second time with what the first has kept.
  allOf(agreement, choiceScores(table, layerChoice(table, "all", "normed")));
  const found = allOf(agreement, choiceScores(table, layerChoice(table, layers, projection)));
  const scopes = [
    [result, found.mean] as const,
    [result.pooled, found.pooled] as const,
    ...table.criteria.map((name, i) => [result.criteria[name], found.criteria[i]] as const),
  ];
  for (const [scope, own] of scopes) {
    const figures = scope?.methods.find(({ method }) => method === "chosen");
    expect(own).toEqual({
      spearman: figures?.spearman.value,
      pearson: figures?.pearson.value,
      kendall: figures?.kendall.value,
      partialSpearman: figures?.partialSpearman.value,
      n: figures?.n,
      meanAbsoluteError: figures?.meanAbsoluteError,
    });
  }
});

it("lines without a score or a human score stay out, and what is undefined is NaN", () => {
  const table = madeUpTable(4, { layers: noisyLayers() });
  const scores = choiceScores(table, layerChoice(table, "all", "normed"));
  scores[0] = Number.NaN;
  table.human[2] = Number.NaN;
  const { pooled } = allOf(new LayerAgreement(table), scores);
  expect(pooled.n).toBe(6);
  const { mean } = allOf(new LayerAgreement(table), new Float64Array(table.lines).fill(2));
  expect(mean.spearman).toBeNaN();
  const unlabelled = madeUpTable(4, { labelled: false });
  const nobody = allOf(new LayerAgreement(unlabelled), unlabelled.human);
  expect(nobody.mean).toMatchObject({ n: 0 });
});
