import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { methodsSection } from "../../../src/present/page/methods-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { type Element, texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 20, criteria: ["tone", "facts"] });

const treeOf = async (result: EvalResult) => sectionTree(await methodsSection(viewOf(result)));

function row(tree: Element, method: string): Element {
  const found = tree.querySelector(`.methods tr[data-method="${method}"]`);
  if (found === null) throw new Error(`${method} has no row`);
  return found;
}

/** The evaluation with another interval of a method's difference from the e-score. */
function withInterval(method: string, low: number | null, high: number | null): EvalResult {
  const comparisons = RESULT.comparisons.map((each) =>
    each.method === method ? { ...each, spearman: { ...each.spearman, low, high } } : each,
  );
  return { ...RESULT, comparisons };
}

describe("the table of methods", () => {
  it.each<[string, number | null, number | null, string[]]>([
    ["better where its whole interval lies above zero", 0.001, 0.1, ["better"]],
    ["worse where it lies below", -0.1, -0.001, ["worse"]],
    ["neither where zero is inside", -0.1, 0.1, []],
    ["neither where zero is its end", 0, 0.1, []],
    ["neither without an interval", null, null, []],
  ])("calls a method %s", async (_, low, high, labels) => {
    const tree = await treeOf(withInterval("lager", low, high));
    const signs = [...row(tree, "lager").querySelectorAll('[data-figure="difference"] .sign')];
    expect(signs.map((sign) => sign.getAttribute("aria-label"))).toEqual(labels);
  });

  it("has the main methods apart from variations, each once", async () => {
    const tree = await treeOf(RESULT);
    const [main, others] = [...tree.querySelectorAll(".methods tbody")].map((body) =>
      [...body.querySelectorAll("tr[data-method]")].map((each) => each.getAttribute("data-method")),
    );
    expect(main).toEqual(RESULT.mainMethods);
    expect([...(main ?? []), ...(others ?? [])].sort()).toEqual(
      RESULT.methods.map(({ method }) => method).sort(),
    );
  });

  it("calls the e-score the baseline, and gives the others their difference", async () => {
    const tree = await treeOf(RESULT);
    const difference = '[data-figure="difference"]';
    expect(texts(row(tree, "e-score"), difference)).toEqual(["baseline"]);
    expect(texts(row(tree, "lager-tuned"), difference)).toEqual(["▲ +0.076[0.034, 0.117]"]);
  });

  it("says why a figure is missing, and leaves a method without items out", async () => {
    const none = { value: null, low: null, high: null, reason: "constant-scores" } as const;
    const methods = RESULT.methods.map((each) => {
      if (each.method === "lager") return { ...each, spearman: none };
      return each.method === "response-length" ? { ...each, n: 0 } : each;
    });
    const tree = await treeOf({ ...RESULT, methods });
    expect(texts(row(tree, "lager"), '[data-figure="spearman"]')).toEqual(["–all the same"]);
    expect(row(tree, "lager").querySelector(".bar")).toBeNull();
    expect(tree.querySelector('[data-method="response-length"]')).toBeNull();
  });

  it("says of how many lines a method alone has no score", async () => {
    const methods = RESULT.methods.map((each) =>
      each.method === "lager-tuned" ? { ...each, withoutScore: 7 } : each,
    );
    const tree = await treeOf({ ...RESULT, methods });
    expect(texts(row(tree, "lager-tuned"), '[data-figure="n"] small')).toEqual(["7 without"]);
    expect(texts(row(tree, "lager"), '[data-figure="n"] small')).toEqual([]);
  });

  it("draws every interval within its bar", async () => {
    const tree = await treeOf(RESULT);
    const styles = [...tree.querySelectorAll(".bar")].map((bar) => bar.getAttribute("style") ?? "");
    expect(styles).toHaveLength(RESULT.methods.length);
    for (const style of styles) {
      const [low, value, high] = ["low", "value", "high"].map((name) =>
        Number(new RegExp(`--${name}:([\\d.-]+)%`).exec(style)?.[1]),
      );
      expect([low, value, high]).toEqual(
        [low, value, high].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
      );
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(100);
    }
  });
});

describe("the table by criterion", () => {
  it("has the highest figure of each column in bold, and all lines as one column", async () => {
    const tree = await treeOf(RESULT);
    expect(texts(tree, ".criteria thead th")).toEqual(["Method", "tone", "facts", "pooled"]);
    const bold = [...tree.querySelectorAll(".criteria tbody tr")].map((each) => [
      each.getAttribute("data-method"),
      [...each.querySelectorAll("strong")].length,
    ]);
    expect(bold.filter(([, count]) => count !== 0)).toEqual([["lager-tuned", 3]]);
  });

  it("is not there with one criterion", async () => {
    const tree = await treeOf(madeUpEvaluation({ layers: 2, records: 20, criteria: ["tone"] }));
    expect(tree.querySelector(".criteria")).toBeNull();
    expect(texts(tree, ".note").join()).not.toContain("Means over the criteria");
  });
});

it("without human scores there is no agreement to show", async () => {
  const counts = { ...RESULT.counts, evaluated: 0 };
  expect(await methodsSection(viewOf({ ...RESULT, counts }))).toBeNull();
});
