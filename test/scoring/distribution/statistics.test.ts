import { describe, expect, it } from "vitest";
import {
  argmax,
  entropy,
  expectation,
  standardDeviation,
} from "../../../src/scoring/distribution/statistics.ts";

describe("statistics of a distribution", () => {
  it("expects the mean of the values", () => {
    expect(expectation([1, 2, 10], [0.5, 0.25, 0.25])).toBe(3.5);
  });

  it("measures entropy in nats", () => {
    expect(entropy([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 15);
    expect(entropy([0.5, 0.5, 0])).toBeCloseTo(Math.log(2), 15);
    expect(Object.is(entropy([0, 1, 0]), 0)).toBe(true);
  });

  it("measures the spread in the scale's units", () => {
    expect(standardDeviation([1, 5], [0.5, 0.5])).toBe(2);
    expect(standardDeviation([1, 2, 3], [0, 1, 0])).toBe(0);
  });

  it("gives ties to the lowest label", () => {
    expect(argmax([1, 7, 3, 7])).toBe(1);
    expect(argmax([2, 2])).toBe(0);
    expect(argmax([-3, -2, -1])).toBe(2);
  });
});
