import { describe, expect, it } from "vitest";
import { blocksOf, shuffled } from "../../../scripts/speed/work.mjs";

describe("the benchmark's work", () => {
  it("blocks follow each other and leave nothing out", () => {
    expect(blocksOf([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([
      [1, 2],
      [3, 4, 5],
      [6, 7],
    ]);
    expect(blocksOf([1, 2], 5)).toEqual([[1], [2]]);
  });

  it("the drawn order is another one, and always the same", () => {
    const values = Array.from({ length: 40 }, (_, i) => i);
    const drawn = shuffled(values);
    expect(drawn).not.toEqual(values);
    expect(drawn.toSorted((a, b) => a - b)).toEqual(values);
    expect(shuffled(values)).toEqual(drawn);
  });
});
