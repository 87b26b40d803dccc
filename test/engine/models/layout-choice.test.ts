import { describe, expect, it } from "vitest";
import { judgeLayouts, type LayoutFigures } from "../../../src/engine/models/layout-choice.ts";

function layout(name: string, tokensPerSecond: number, difference: number): LayoutFigures {
  return { layout: name, bytes: 1, tokensPerSecond, difference };
}

describe("judgeLayouts", () => {
  it("keeps the fastest that is no less exact than the file as it came", () => {
    expect(
      judgeLayouts([
        layout("as it is", 458, 0.49),
        layout("F16", 625, 0.02),
        layout("BF16", 1045, 0.12),
        layout("Q8_0", 2000, 0.67),
      ]),
    ).toEqual(["as it is", "not the fastest", "kept", "less exact"]);
  });

  it("keeps none that is slower or hardly faster", () => {
    expect(
      judgeLayouts([
        layout("as it is", 132, 0.5),
        layout("F16", 100, 0),
        layout("BF16", 144, 0.1),
        layout("Q8_0", 131, 0.5),
      ]),
    ).toEqual(["as it is", "slower", "hardly faster", "slower"]);
  });

  it("keeps none whose exactness is not known, or where nothing is known of the source", () => {
    expect(judgeLayouts([layout("as it is", 1, 0.5), layout("F16", 9, Number.NaN)])).toEqual([
      "as it is",
      "less exact",
    ]);
    expect(judgeLayouts([layout("F16", 9, 0)])).toEqual(["less exact"]);
  });
});
