import { describe, expect, it } from "vitest";
import { softmax } from "../../../src/scoring/distribution/softmax.ts";
import {
  argmax,
  entropy,
  expectation,
  standardDeviation,
} from "../../../src/scoring/distribution/statistics.ts";

function sum(numbers: ArrayLike<number>): number {
  return Array.from(numbers).reduce((a, b) => a + b, 0);
}

describe("softmax", () => {
  it("turns logits of known odds into their probabilities", () => {
    const p = softmax([Math.log(1), Math.log(2), Math.log(5)]);
    expect(p[0]).toBeCloseTo(1 / 8, 15);
    expect(p[1]).toBeCloseTo(2 / 8, 15);
    expect(p[2]).toBeCloseTo(5 / 8, 15);
  });

  it("is the same for logits that are all shifted alike", () => {
    expect(softmax([1, 2, 4])).toEqual(softmax([-511, -510, -508]));
  });

  it("holds with logits that overflow an exponential", () => {
    expect(Array.from(softmax([5000, 5000]))).toEqual([0.5, 0.5]);
    expect(Array.from(softmax([-5000, 5000]))).toEqual([0, 1]);
  });

  it("sums to one in float64", () => {
    const logits = Array.from({ length: 100 }, (_, k) => 30 * Math.sin(k));
    expect(Math.abs(sum(softmax(logits)) - 1)).toBeLessThan(1e-14);
  });
});

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
