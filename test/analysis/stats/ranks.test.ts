import { describe, expect, it } from "vitest";
import { averageRanks, percentile } from "../../../src/analysis/stats/ranks.ts";
import { CORRELATION_CASES, expectClose, SCIPY } from "./scipy.ts";

describe("averageRanks", () => {
  it.each(CORRELATION_CASES)("are scipy's: %s", (_, { x, ranks }) => {
    expect([...averageRanks(x)]).toEqual(ranks);
  });
});

describe("percentile", () => {
  it.each(SCIPY.percentiles.map((each) => [each.values.length, each] as const))(
    "of %i values is numpy's",
    (_, { values, shares, percentiles }) => {
      for (const [i, share] of shares.entries()) {
        expectClose(percentile(values, share), percentiles[i] ?? null);
      }
    },
  );
});
