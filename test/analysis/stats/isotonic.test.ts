import { describe, expect, it } from "vitest";
import { applyMonotone, isotonicMap } from "../../../src/analysis/stats/isotonic.ts";
import { expectClose, SCIPY } from "./scipy.ts";

describe("isotonicMap", () => {
  it("pools what runs backwards, and is linear between and flat beyond", () => {
    const map = isotonicMap([1, 2, 3, 4], [1, 4, 2, 6]);
    expect(map).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: 3 },
      { x: 3, y: 3 },
      { x: 4, y: 6 },
    ]);
    expect([0, 1, 1.5, 2.5, 3.5, 9].map((x) => applyMonotone(map, x))).toEqual([
      1, 1, 2, 3, 4.5, 6,
    ]);
  });

  it("averages equal x first", () => {
    expect(isotonicMap([1, 1, 2], [5, 1, 4])).toEqual([
      { x: 1, y: 3 },
      { x: 2, y: 4 },
    ]);
  });

  it("is flat where everything runs backwards", () => {
    expect(isotonicMap([3, 2, 1], [1, 2, 3])).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 2 },
    ]);
  });

  it.each(SCIPY.isotonic.map((each) => [each.x.length, each] as const))(
    "of %i points is scipy's",
    (_, { x, y, at, fitted }) => {
      const map = isotonicMap(x, y);
      for (const [i, position] of at.entries()) {
        expectClose(applyMonotone(map, position), fitted[i] ?? null);
      }
    },
  );
});
