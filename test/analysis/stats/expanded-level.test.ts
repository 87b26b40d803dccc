import { describe, expect, it } from "vitest";
import { expandedLevel } from "../../../src/analysis/stats/expanded-level.ts";
import { COMPARISON_REFERENCE } from "../compare/scipy.ts";

describe("the share of the resamples in an expanded percentile interval", () => {
  it.each(COMPARISON_REFERENCE.expandedLevel)(
    "is scipy's: $level of $units units",
    ({ level, units, expanded }) => {
      expect(expandedLevel(level, units)).toBeCloseTo(expanded, 11);
    },
  );

  it("is the level itself of very many, and none of fewer than two", () => {
    expect(expandedLevel(0.95, 10_000_000)).toBeCloseTo(0.95, 6);
    expect(expandedLevel(0.95, 1)).toBeNaN();
  });
});
