import { expect, it } from "vitest";
import { evaluateTable } from "../../src/analysis/eval/evaluate-run.ts";
import { LayerAgreement, type RunAgreement } from "../../src/analysis/eval/layer-agreement.ts";
import { firstVerdict } from "../../src/browser/first-verdict.ts";
import type { RunTable } from "../../src/run/run-table.ts";
import { madeUpTable, noisyLayers } from "../fixtures/made-up-run.ts";

const LAYERS = { spec: "all", projection: "normed" } as const;

function agreementOf(table: RunTable, scores: readonly number[]): RunAgreement {
  const agreement = new LayerAgreement(table);
  const own = Float64Array.from(scores);
  return agreement.together(
    Array.from({ length: agreement.scopes }, (_, scope) => agreement.scope(scope, own)),
  );
}

it("what is said first has the figures of the evaluation", async () => {
  const table = madeUpTable(12, { layers: noisyLayers() });
  const { methods, items } = await evaluateTable(table, { resamples: 1 });
  const [agreement, baseline] = ["lager", "e-score"].map((name) =>
    agreementOf(table, (items.scores[name] ?? []) as number[]),
  ) as [RunAgreement, RunAgreement];
  const figure = (name: string): string =>
    (methods.find(({ method }) => method === name)?.spearman.value ?? 0).toFixed(3);
  const text = firstVerdict({ agreement, baseline, layers: LAYERS }, null);
  expect(text.replaceAll("−", "-")).toBe(
    `With --layers all, Spearman's correlation with people is ${figure("lager")}, ` +
      `the mean over 2 criteria; the e-score's ${figure("e-score")}.`,
  );
});

it("a run without human scores, one of several, is said to have none", () => {
  const table = madeUpTable(3);
  const alone = { ...table, human: new Float64Array(table.lines).fill(Number.NaN) };
  const agreement = agreementOf(alone, new Array(table.lines).fill(1));
  expect(firstVerdict({ agreement, baseline: agreement, layers: LAYERS }, "a.jsonl")).toBe(
    "a.jsonl: No line has a human score.",
  );
});
