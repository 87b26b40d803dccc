import { describe, expect, it } from "vitest";
import { averageRanks } from "../../../src/analysis/stats/average-ranks.ts";
import { CORRELATION_CASES } from "./scipy.ts";

describe("averageRanks", () => {
  it.each(CORRELATION_CASES)("are scipy's: %s", (_, { x, ranks }) => {
    expect([...averageRanks(x)]).toEqual(ranks);
  });
});
