import { describe, expect, it } from "vitest";
import { averageRanks } from "../../../src/analysis/stats/average-ranks.ts";
import {
  CORRELATIONS,
  kendall,
  pearson,
  spearman,
} from "../../../src/analysis/stats/correlation.ts";
import { applyMonotone, isotonicMap } from "../../../src/analysis/stats/isotonic.ts";
import { percentile } from "../../../src/analysis/stats/percentile.ts";
import {
  sortedLines,
  WeightedCorrelations,
} from "../../../src/analysis/stats/weighted-correlations.ts";
import { WeightedHuman } from "../../../src/analysis/stats/weighted-human.ts";
// Made by scripts/research/stats/scipy_reference.py.
import reference from "./scipy-reference.json" with { type: "json" };

/** What the issue of exactness is decided by. */
const TOLERANCE = 1e-12;

function expectClose(actual: number | null, expected: number | null): void {
  if (expected === null || actual === null) expect(actual).toBe(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(TOLERANCE);
}

describe("correlations against scipy", () => {
  const cases = reference.correlations.map((each) => [each.name, each] as const);

  it.each(cases)("ranks: %s", (_, { x, ranks }) => {
    expect([...averageRanks(x)]).toEqual(ranks);
  });

  it.each(cases)("spearman, pearson, kendall: %s", (_, { x, y, ...expected }) => {
    expectClose(spearman(x, y).value, expected.spearman);
    expectClose(pearson(x, y).value, expected.pearson);
    expectClose(kendall(x, y).value, expected.kendall);
    // Correlations are symmetric, ties and all.
    expectClose(kendall(y, x).value, expected.kendall);
  });

  it.each(cases)("of resamples, as scipy finds them with each row repeated: %s", (_, each) => {
    const lines = Int32Array.from(each.x.keys());
    const human = new WeightedHuman(each.y, lines);
    const sample = new WeightedCorrelations(human, each.x, sortedLines(each.x, lines));
    for (const resample of each.resamples) {
      human.weigh(resample.weights);
      const figures = sample.figures(resample.weights);
      for (const name of CORRELATIONS) {
        expectClose(Number.isNaN(figures[name]) ? null : figures[name], resample[name]);
      }
    }
  });

  it("holds numbers for most cases, and none where scipy has none", () => {
    const defined = reference.correlations.filter((each) => each.spearman !== null);
    expect(defined.length).toBeGreaterThanOrEqual(8);
    expect(reference.correlations.length - defined.length).toBe(2);
  });
});

describe("percentiles against numpy", () => {
  it.each(reference.percentiles.map((each) => [each.values.length, each] as const))(
    "of %i values",
    (_, { values, shares, percentiles }) => {
      for (const [i, share] of shares.entries()) {
        expectClose(percentile(values, share), percentiles[i] ?? null);
      }
    },
  );
});

describe("isotonic regression against scipy", () => {
  it.each(reference.isotonic.map((each) => [each.x.length, each] as const))(
    "of %i points",
    (_, { x, y, at, fitted }) => {
      const map = isotonicMap(x, y);
      for (const [i, position] of at.entries()) {
        expectClose(applyMonotone(map, position), fitted[i] ?? null);
      }
    },
  );
});
