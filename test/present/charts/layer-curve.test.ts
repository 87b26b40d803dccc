import { describe, expect, it } from "vitest";
import type { EvalResult, LayerFigures } from "../../../src/analysis/eval/eval-result.ts";
import { layerCurve } from "../../../src/present/charts/layer-curve.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn } from "./drawn.ts";

const RESULT = madeUpEvaluation({ layers: 4, records: 20, criteria: ["tone", "facts"] });

/** The layers' figures with other values, null for one that has none. */
function withLayers(
  result: EvalResult,
  values: readonly (number | null)[],
  projection: LayerFigures["projection"] = "normed",
): EvalResult {
  const layers = result.layers.map((each) =>
    each.projection === projection
      ? { ...each, spearman: { value: values[each.layer] ?? null, low: null, high: null } }
      : each,
  );
  return { ...result, layers };
}

describe("the curve of layers", () => {
  it("names the best layer and the last one that was captured", () => {
    const chart = layerCurve(withLayers(RESULT, [0, 0.1, 0.4, 0.2, null]));
    expect(chart?.description).toMatch(
      /^Layer 2 alone correlates best, 0\.400; the last captured layer, 3, reaches 0\.200\. /,
    );
  });

  it("marks the best layer, and has a point for each that has a figure", async () => {
    const svg = await drawn(layerCurve(withLayers(RESULT, [null, 0.1, 0.4, 0.2, 0.3])));
    expect(texts(svg, "text")).toContain("best layer: 2, 0.400");
    expect(texts(svg, "title")).toEqual([
      ...["layer 1: 0.100", "layer 2: 0.400", "layer 3: 0.200", "layer 4: 0.300"],
    ]);
  });

  it("is not there where no layer has a figure, or the criterion is none", () => {
    expect(layerCurve(withLayers(RESULT, []))).toBeNull();
    expect(layerCurve(RESULT, "grammar")).toBeNull();
  });

  it("is compared with the main methods that have a figure", () => {
    const methods = RESULT.methods.map((each) =>
      each.method === "lager"
        ? { ...each, spearman: { value: null, low: null, high: null } }
        : each,
    );
    const { description = "" } = layerCurve({ ...RESULT, methods }) ?? {};
    expect(description).toContain("e-score reaches 0.211. lager-tuned reaches 0.287.");
    expect(description).not.toContain("lager reaches");
    const few = layerCurve({ ...RESULT, mainMethods: ["e-score"] });
    expect(few?.description).not.toContain("lager-tuned");
  });

  it("shows raw logits beside the normed ones, but not on one criterion", async () => {
    const raw = "raw, no norm";
    expect(texts(await drawn(layerCurve(RESULT)), "text")).toContain(raw);
    const criterion = layerCurve(RESULT, "tone");
    expect(criterion?.title).toBe("tone");
    expect(texts(await drawn(criterion), "text")).not.toContain(raw);
  });
});
