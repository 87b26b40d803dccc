import { describe, expect, it } from "vitest";
import { softmax } from "../../../src/scoring/distribution/softmax.ts";

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
