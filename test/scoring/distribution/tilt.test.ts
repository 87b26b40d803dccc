import { describe, expect, it } from "vitest";
import { expectation } from "../../../src/scoring/distribution/statistics.ts";
import { tiltToMean } from "../../../src/scoring/distribution/tilt.ts";

const VALUES = [1, 2, 3, 4, 5];

describe("tiltToMean", () => {
  it.each([1.0001, 1.7, 3, 4.2, 4.99999])("reaches the mean %d", (mean) => {
    for (const logits of [
      [0, 0, 0, 0, 0],
      [40, 1, -3, 2, 0],
      [-900, 0, 0, 0, 900],
    ]) {
      const tilted = tiltToMean(logits, VALUES, mean);
      expect(expectation(VALUES, tilted)).toBeCloseTo(mean, 9);
      expect(tilted.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
    }
  });

  it("changes nothing where the mean is right already", () => {
    const tilted = tiltToMean([1, 2, 1].map(Math.log), [1, 2, 3], 2);
    expect([...tilted].map((p) => p.toFixed(9))).toEqual(
      [0.25, 0.5, 0.25].map((p) => p.toFixed(9)),
    );
  });

  it("tilts by one factor a unit of the scale", () => {
    const tilted = [...tiltToMean([0, 0, 0, 0, 0], VALUES, 4)];
    const ratios = tilted.slice(1).map((p, k) => p / (tilted[k] ?? 0));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0] ?? 0, 9);
  });

  it("puts all on an end, and refuses what lies beyond", () => {
    expect(tiltToMean([0, 0, 0, 0, 0], VALUES, 5)).toEqual(new Float64Array([0, 0, 0, 0, 1]));
    expect(() => tiltToMean([0, 0], [1, 2], 2.1)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(() => tiltToMean([0, 0], [1, 2], Number.NaN)).toThrow(/expectation/);
  });
});
