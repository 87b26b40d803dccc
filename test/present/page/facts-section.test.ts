import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { factsSection } from "../../../src/present/page/facts-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 20 });

/** The facts by name. */
function factsOf(result: EvalResult): Record<string, string> {
  const tree = sectionTree(factsSection(viewOf(result)));
  const [names, facts] = [texts(tree, "dt"), texts(tree, "dd")];
  return Object.fromEntries(names.map((name, i) => [name, facts[i] ?? ""]));
}

function onScale(labels: readonly string[], values: readonly number[]): EvalResult {
  return { ...RESULT, run: { ...RESULT.run, labels, values } };
}

describe("the facts of a run", () => {
  it.each([
    ["labels that are their values", ["1", "2"], [1, 2], "1, 2"],
    ["labels that are words", ["poor", "good"], [1, 3], "poor = 1, good = 3"],
    [
      "a long scale",
      Array.from({ length: 13 }, (_, i) => `${i}`),
      Array.from({ length: 13 }, (_, i) => i),
      "0 to 12, 13 labels",
    ],
  ])("name the scale: %s", (_, labels, values, said) => {
    expect(factsOf(onScale(labels, values)).Scale).toBe(said);
  });

  it("count failures by code, where there are any", () => {
    const failures = { EMPTY_RESPONSE: 2, PROMPT_TOO_LONG: 1 };
    const failed = factsOf({ ...RESULT, counts: { ...RESULT.counts, failed: 3, failures } });
    expect(failed.Failures).toBe("EMPTY_RESPONSE 2, PROMPT_TOO_LONG 1");
    expect(factsOf({ ...RESULT, counts: { ...RESULT.counts, failures: {} } })).not.toHaveProperty(
      "Failures",
    );
  });

  it("tell how the intervals were made", () => {
    const bootstrap = { ...RESULT.bootstrap, layerResamples: 1000, units: 5000 };
    expect(factsOf({ ...RESULT, bootstrap }).Intervals).toMatch(
      /^1.000 resamples of 5.000 groups, seed 42$/,
    );
    const bags = {
      ...bootstrap,
      unit: "group",
      bags: 3,
      bagSize: 800,
      layerResamples: 200,
    } as const;
    expect(factsOf({ ...RESULT, bootstrap: bags }).Intervals).toMatch(
      /^1.000 resamples \(single layers 200\) of 5.000 groups from 3 bags of 800, seed 42$/,
    );
  });

  it("tell where weights come from, where there are any", () => {
    expect(factsOf({ ...RESULT, tuned: null })).not.toHaveProperty("Weights");
    const tuned = {
      file: "w.json",
      recipe: "lager",
      task: "qags",
      overlap: 0,
      sameTask: false,
      scoring: "held-out",
    } as const;
    expect(factsOf({ ...RESULT, tuned }).Weights).toBe(
      "w.json: recipe lager, learned on another task, qags; the evaluated items were not among " +
        "those they were learned from",
    );
  });

  it("share no tokens where no prompt had any", () => {
    const run = { ...RESULT.run, promptTokens: 0, reusedTokens: 0 };
    expect(factsOf({ ...RESULT, run }).Tokens).toMatch(/^0 in prompts, of which – were shared/);
  });
});
