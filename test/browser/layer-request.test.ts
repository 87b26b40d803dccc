import { describe, expect, it } from "vitest";
import { layerRequest, slidersFor } from "../../src/browser/layer-request.ts";
import { parseWeighedLayers } from "../../src/scoring/weights/weighed-layers.ts";

const JUDGE = { layers: 12, labels: 5 };

describe("the sliders of layers", () => {
  it.each([
    ["last", "last", "band"],
    ["all", "all", "band"],
    ["12", "last", "band"],
    ["0-11", "0-11", "band"],
    ["upper", "7-12", "band"],
    ["window:0.5-0.75", "6-9", "band"],
    ["contrast", "contrast:0.5", "contrast"],
    ["contrast:1.25", "contrast:1.25", "contrast"],
    ["weights:3=0.1,9=-2", "weights:3=0.1,9=-2", "weights"],
    ["3,5", "weights:3=0.5,5=0.5", "weights"],
  ])("stand for %s", (spec, written, mode) => {
    const sliders = slidersFor({ spec, projection: "raw" }, JUDGE);
    expect(sliders.mode).toBe(mode);
    expect(layerRequest(sliders, JUDGE)).toEqual({ spec: written, projection: "raw" });
    const [before, after] = [spec, written].map((each) => {
      const { layers, weights } = parseWeighedLayers(each, JUDGE.layers, JUDGE.labels);
      return { layers, weights };
    });
    expect(after).toEqual(before);
  });

  it("stand at the last layer where no layer has a weight", () => {
    const sliders = slidersFor({ spec: "weights:1=1", projection: "normed" }, JUDGE);
    const none = { ...sliders, weights: sliders.weights.map(() => 0) };
    expect(layerRequest(none, JUDGE).spec).toBe("last");
  });
});
