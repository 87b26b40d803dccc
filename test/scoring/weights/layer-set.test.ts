import { describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import {
  assertLayerSpec,
  parseLayerSet,
  uniformWeights,
} from "../../../src/scoring/weights/layer-set.ts";

function refusal(call: () => unknown): LagerError {
  try {
    call();
  } catch (error) {
    if (error instanceof LagerError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parseLayerSet", () => {
  it("reads the ready sets", () => {
    expect(parseLayerSet("last", 4).layers).toEqual([4]);
    expect(parseLayerSet("all", 4).layers).toEqual([1, 2, 3, 4]);
    expect(parseLayerSet("reference", 4).layers).toEqual([0, 1, 2, 3]);
    expect(parseLayerSet("upper", 4).layers).toEqual([3, 4]);
  });

  it("takes the layers above the middle as the upper half of an odd number", () => {
    expect(parseLayerSet("upper", 5).layers).toEqual([3, 4, 5]);
    expect(parseLayerSet("upper", 1).layers).toEqual([1]);
  });

  it("includes both ends of a window", () => {
    expect(parseLayerSet("window:0.6-0.8", 30).layers).toEqual([18, 19, 20, 21, 22, 23, 24]);
    expect(parseLayerSet("window:0.6-0.8", 28).layers).toEqual([17, 18, 19, 20, 21, 22]);
    expect(parseLayerSet("window:.5-.5", 2).layers).toEqual([1]);
  });

  it("leaves the token embedding out of every window", () => {
    expect(parseLayerSet("window:0-1", 3).layers).toEqual([1, 2, 3]);
  });

  it("meets decimal ends at the layers that lie exactly there, at any depth", () => {
    for (let layerCount = 10; layerCount <= 100; layerCount += 10) {
      const { layers } = parseLayerSet("window:0.3-0.7", layerCount);
      expect([layers[0], layers.at(-1)]).toEqual([(layerCount / 10) * 3, (layerCount / 10) * 7]);
    }
  });

  it("reads lists and ranges, in any order and overlapping", () => {
    expect(parseLayerSet("5-7,24", 30)).toEqual({ spec: "5-7,24", layers: [5, 6, 7, 24] });
    expect(parseLayerSet("9, 2-4 ,3-5,0", 30).layers).toEqual([0, 2, 3, 4, 5, 9]);
    expect(parseLayerSet("30", 30).layers).toEqual([30]);
  });

  it("refuses a layer that the judge does not have, and says which it has", () => {
    const error = refusal(() => parseLayerSet("5-31", 30));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain("asks for layer 31");
    expect(error.message).toContain("0 (the token embedding) to 30");
  });

  it("refuses an enormous range at once", () => {
    expect(refusal(() => parseLayerSet("1-99999999999999", 30)).code).toBe("INVALID_ARGUMENT");
  });

  it("refuses a window that holds no layer", () => {
    const error = refusal(() => parseLayerSet("window:0.51-0.52", 10));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain("none of the judge's 10 layers");
  });

  it.each([
    "",
    "lower",
    "1,,3",
    "-3",
    "3-",
    "1.5",
    "window:0.8-0.6",
    "window:0.5-1.2",
    "window:a-b",
    "7-5",
  ])("refuses %j and says what is allowed", (spec) => {
    for (const call of [() => parseLayerSet(spec, 30), () => assertLayerSpec(spec)]) {
      const error = refusal(call);
      expect(error.code).toBe("INVALID_ARGUMENT");
      expect(error.message).toContain("allowed are last, all, reference, upper");
    }
  });

  it("names the part of a list that is wrong", () => {
    expect(refusal(() => parseLayerSet("3,x7,9", 30)).message).toContain('"x7"');
  });

  it("refuses a layer count that no judge has", () => {
    expect(refusal(() => parseLayerSet("all", 0)).code).toBe("INVALID_ARGUMENT");
  });

  it("checks the form alone before a judge is known", () => {
    expect(() => assertLayerSpec("5-2000")).not.toThrow();
  });
});

describe("uniformWeights", () => {
  it("gives every layer the same share", () => {
    expect(uniformWeights([3, 5, 9, 11])).toEqual(new Float64Array(4).fill(0.25));
  });

  it("refuses no layers", () => {
    expect(refusal(() => uniformWeights([])).code).toBe("INVALID_ARGUMENT");
  });
});
