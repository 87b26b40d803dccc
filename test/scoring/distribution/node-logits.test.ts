import { describe, expect, it } from "vitest";
import { checkNodeLogits, requireCaptured } from "../../../src/scoring/distribution/node-logits.ts";
import { flatNodes, nodesOf } from "../../support/node-logits.ts";

const NODES = flatNodes([null, [1, 2, 3], [3, 2, 1]], [[0, 0, 0], null, [4, 5, 6]]);

describe("checkNodeLogits", () => {
  it("takes rows that are whole or were not captured", () => {
    expect(() => checkNodeLogits(NODES, 2)).not.toThrow();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses a row with one logit of %d", (logit) => {
    const broken = flatNodes([null, [1, 2, 3]], [null, [1, logit, 3]]);
    expect(() => checkNodeLogits(broken, 1)).toThrow(
      expect.objectContaining({
        code: "CAPTURE_INCOMPLETE",
        message: expect.stringContaining("raw logits of layer 1"),
      }),
    );
  });

  it("refuses logits of another shape", () => {
    expect(() => checkNodeLogits(NODES, 3)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

describe("requireCaptured", () => {
  it("knows the layers that were captured", () => {
    expect(() => requireCaptured(NODES, "normed", [1, 2])).not.toThrow();
    expect(() => requireCaptured(NODES, "raw", [0, 2])).not.toThrow();
  });

  it("refuses a layer that was not captured, be it at one node only", () => {
    const branch = nodesOf([[1], [2, 3], [2, 4]], { normed: [[1, 2]] }, { normed: [null] });
    for (const [nodes, layer] of [[NODES, 0] as const, [branch, 0] as const]) {
      expect(() => requireCaptured(nodes, "normed", [layer])).toThrow(
        expect.objectContaining({
          code: "CAPTURE_INCOMPLETE",
          message: expect.stringContaining("normed logits of layer 0"),
        }),
      );
    }
  });

  it("refuses a logit that is not finite", () => {
    const broken = flatNodes([[1, Number.NEGATIVE_INFINITY]]);
    expect(() => requireCaptured(broken, "normed", [0])).toThrow(
      expect.objectContaining({ code: "CAPTURE_INCOMPLETE" }),
    );
  });

  it.each([-1, 3, Number.NaN])("refuses layer %d, which does not exist", (layer) => {
    expect(() => requireCaptured(NODES, "normed", [layer])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
