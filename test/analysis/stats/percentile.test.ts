import { describe, it } from "vitest";
import { percentile } from "../../../src/analysis/stats/percentile.ts";
import { expectClose, SCIPY } from "./scipy.ts";

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
