import { describe, expect, it } from "vitest";
import type { MethodWeights } from "../../../src/analysis/eval/eval-result.ts";
import { layerWeights } from "../../../src/present/charts/layer-weights.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn } from "./drawn.ts";

const RESULT = madeUpEvaluation({ layers: 4, records: 4 });

function given(kind: MethodWeights["kind"], ...weights: number[]): MethodWeights {
  const layers = weights.map((_, i) => i + 1);
  return { method: "lager-tuned", projection: "normed", layers, weights, kind, criterion: null };
}

const chartsOf = (...weights: MethodWeights[]) =>
  layerWeights({ ...RESULT, layerWeights: weights });

describe("layer weights", () => {
  it("are drawn where they differ from layer to layer", () => {
    const uniform = given("share", 0.25, 0.25, 0.25, 0.25 + 1e-14);
    expect(chartsOf(uniform)).toEqual([]);
    expect(chartsOf(uniform, given("share", 0.1, 0.2, 0.3, 0.4))).toHaveLength(1);
  });

  it("have a bar each, of either sign, and the largest of them in words", async () => {
    const [chart] = chartsOf(given("coefficient", 0.1, -0.5, 0, 0.25));
    expect(chart?.description).toContain(
      "The largest are at layers 2 (−0.500), 4 (0.250), 1 (0.100).",
    );
    expect(texts(await drawn(chart), "rect title")).toEqual([
      ...["layer 1: 0.1000", "layer 2: −0.5000", "layer 3: 0.0000", "layer 4: 0.2500"],
    ]);
  });

  it("are held against equal ones where they are shares, and no coefficients", async () => {
    const [shares] = chartsOf(given("share", 0.1, 0.2, 0.3, 0.4));
    expect(texts(await drawn(shares), "text")).toContain("uniform");
    const [coefficients] = chartsOf(given("coefficient", 1, 2, 3, 4));
    expect(texts(await drawn(coefficients), "text")).not.toContain("uniform");
  });

  it("of a criterion say so", () => {
    const [chart] = chartsOf({ ...given("share", 0.1, 0.9), criterion: "tone" });
    expect(chart).toMatchObject({
      name: "layer-weights-lager-tuned-tone",
      title: "Layer weights of lager-tuned on tone",
    });
  });
});
