import { describe, expect, it } from "vitest";
import {
  assertWeighedSpec,
  isLayerSet,
  parseWeighedLayers,
  weightsSpec,
} from "../../../src/scoring/weights/weighed-layers.ts";

const refusal = (message: string) =>
  expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringContaining(message) });

describe("parseWeighedLayers", () => {
  it("gives the layers of a set equal weights", () => {
    expect(parseWeighedLayers("5-7,24", 30, 5)).toEqual({
      spec: "5-7,24",
      layers: [5, 6, 7, 24],
      weights: Float64Array.of(0.25, 0.25, 0.25, 0.25),
    });
  });

  it("takes half of the middle third's mean from the last layer", () => {
    expect(parseWeighedLayers("contrast", 9, 5)).toEqual({
      spec: "contrast",
      layers: [3, 4, 5, 6, 9],
      weights: Float64Array.of(-0.125, -0.125, -0.125, -0.125, 1),
    });
  });

  it("takes as much of it as is asked for", () => {
    expect([...parseWeighedLayers("contrast:1", 3, 5).weights]).toEqual([-0.5, -0.5, 1]);
    expect([...parseWeighedLayers("contrast:.25", 2, 5).weights]).toEqual([-0.25, 1]);
  });

  it("counts a layer that lies exactly at a third", () => {
    for (let thirds = 1; thirds <= 30; thirds++) {
      const { layers } = parseWeighedLayers("contrast", 3 * thirds, 5);
      expect([layers[0], layers.at(-2)]).toEqual([thirds, 2 * thirds]);
    }
  });

  it("is the last layer alone where there are two labels", () => {
    expect(parseWeighedLayers("contrast:1", 28, 2)).toEqual({
      spec: "contrast:1",
      layers: [28],
      weights: Float64Array.of(1),
    });
  });

  it("refuses a judge without a middle third", () => {
    expect(() => parseWeighedLayers("contrast", 1, 5)).toThrow(refusal("has none there"));
  });

  it.each([
    "contrast:",
    "contrast:-1",
    "contrast:2.1",
    "contrast:NaN",
    "contrast:1e0",
    "contrast:a",
  ])("refuses %j", (spec) => {
    expect(() => assertWeighedSpec(spec)).toThrow(refusal("a number from 0 to 2"));
    expect(() => parseWeighedLayers(spec, 28, 5)).toThrow(refusal("a number from 0 to 2"));
  });

  it("refuses what is neither a layer set nor a contrast", () => {
    expect(() => assertWeighedSpec("contrasts")).toThrow(refusal("is not a layer set"));
    expect(() => assertWeighedSpec(3 as never)).toThrow(refusal("must be a text"));
  });

  it("tells layer sets from contrasts and weights", () => {
    const specs = ["contrast", "contrast:2", "weights:3=1", "all", "3-5"];
    expect(specs.map(isLayerSet)).toEqual([false, false, false, true, true]);
  });

  it("takes weights as they are given, in the order of the layers", () => {
    expect(parseWeighedLayers("weights: 24=1, 5=-.25,0=2e-1", 30, 5)).toEqual({
      spec: "weights: 24=1, 5=-.25,0=2e-1",
      layers: [0, 5, 24],
      weights: Float64Array.of(0.2, -0.25, 1),
    });
  });

  it("reads the weights that it wrote back to the last bit", () => {
    const weights = Float64Array.of(1 / 3, -1e-7, 0.1 + 0.2, 5e-324);
    const spec = weightsSpec([1, 2, 3, 4], weights);
    expect(parseWeighedLayers(spec, 4, 5)).toEqual({ spec, layers: [1, 2, 3, 4], weights });
  });

  it.each([
    ["weights:", "gives no weights"],
    ["weights:5", "gives no weights"],
    ["weights:5=1,5=2", "each layer once"],
    ["weights:5=NaN", "gives no weights"],
    ["weights:5=1e999", "gives no weights"],
    ["weights:-1=1", "gives no weights"],
    ["weights:5=0,6=0", "gives no layer any weight"],
  ])("refuses the weights %j", (spec, message) => {
    expect(() => assertWeighedSpec(spec)).toThrow(refusal(message));
  });

  it("refuses weights of a layer that the judge does not have", () => {
    expect(() => parseWeighedLayers("weights:31=1", 30, 5)).toThrow(refusal("asks for layer 31"));
  });
});
