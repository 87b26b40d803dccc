import { describe, expect, it } from "vitest";
import { combineAspects } from "../../../src/workflows/select/combine-aspects.ts";

describe("combined scores", () => {
  const table = {
    aspects: ["a", "b"],
    scores: new Map([
      ["x", [9, 1]],
      ["y", [5, 2]],
      ["z", [5, 3]],
    ]),
    incomplete: [],
  };

  it("are means, weighted where weights are given", () => {
    expect([...combineAspects(table, "mean").values()]).toEqual([5, 3.5, 4]);
    expect([...combineAspects(table, "mean", { a: 0 }).values()]).toEqual([1, 2, 3]);
    expect([...combineAspects(table, "mean", { b: 3 }).values()]).toEqual([3, 2.75, 3.5]);
  });

  it("weigh an aspect by what is given for it, whatever it is called", () => {
    const named = { ...table, aspects: ["constructor", "__proto__"] };
    expect([...combineAspects(named, "mean").values()]).toEqual([5, 3.5, 4]);
  });

  it("are mean ranks as shares, ties in the middle", () => {
    const [x, y, z] = [...combineAspects(table, "ranks").values()];
    expect(x).toBeCloseTo((3 / 3 + 1 / 3) / 2);
    expect(y).toBeCloseTo((1.5 / 3 + 2 / 3) / 2);
    expect(z).toBeCloseTo((1.5 / 3 + 3 / 3) / 2);
  });
});
