import { describe, expect, it } from "vitest";
import {
  assertWeighedSpec,
  isContrast,
  parseWeighedLayers,
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

  it("tells contrasts from layer sets", () => {
    expect(["contrast", "contrast:2", "all", "3-5"].map(isContrast)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
