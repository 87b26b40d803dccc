import { describe, it } from "vitest";
import { CORRELATIONS } from "../../../src/analysis/stats/correlation.ts";
import {
  sortedLines,
  WeightedCorrelations,
  WeightedHuman,
} from "../../../src/analysis/stats/weighted-correlations.ts";
import { CORRELATION_CASES, expectClose } from "./scipy.ts";

describe("WeightedCorrelations", () => {
  it.each(CORRELATION_CASES)("are scipy's of each row repeated by its weight: %s", (_, each) => {
    const lines = Int32Array.from(each.x.keys());
    const human = new WeightedHuman(each.y, lines, each.control);
    const sample = new WeightedCorrelations(human, each.x, sortedLines(each.x, lines));
    for (const resample of each.resamples) {
      human.weigh(resample.weights);
      const figures = sample.figures(resample.weights);
      for (const name of CORRELATIONS) {
        expectClose(Number.isNaN(figures[name]) ? null : figures[name], resample[name]);
      }
    }
  });
});
