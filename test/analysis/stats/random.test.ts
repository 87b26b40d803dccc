import { describe, expect, it } from "vitest";
import { dealFolds, seededRandom, shuffledIndices } from "../../../src/analysis/stats/random.ts";

function take(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

describe("seededRandom", () => {
  it("gives the same numbers for ever", () => {
    expect(take(4, seededRandom(42)).map((x) => x * 2 ** 32)).toEqual([
      3011021589, 3960382089, 1547270628, 4040468816,
    ]);
  });

  it("gives others for another seed or stream, large seeds included", () => {
    const sequences = [
      seededRandom(1),
      seededRandom(2),
      seededRandom(1, 1),
      seededRandom(1 + 2 ** 32),
      seededRandom(-1),
    ].map((random) => take(3, random).join());
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  it("is uniform, without a link between neighbours", () => {
    const random = seededRandom(9);
    const numbers = take(20_000, random);
    const counts = new Array(10).fill(0);
    for (const x of numbers) counts[Math.floor(x * 10)]++;
    // Each count has a standard deviation of 42.
    expect(Math.max(...counts.map((count) => Math.abs(count - 2000)))).toBeLessThan(200);
    const products = numbers.slice(1).map((x, i) => (x - 0.5) * ((numbers[i] ?? 0) - 0.5));
    const mean = products.reduce((sum, x) => sum + x, 0) / products.length;
    expect(Math.abs(mean)).toBeLessThan(0.003);
  });
});

describe("shuffledIndices", () => {
  it("holds each index once", () => {
    const order = shuffledIndices(100, seededRandom(5));
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect([...order]).not.toEqual([...Array(100).keys()]);
  });
});

describe("dealFolds", () => {
  it("deals all records out evenly, the same way for the same seed", () => {
    const folds = dealFolds(11, 3, 42);
    expect([0, 1, 2].map((fold) => folds.filter((each) => each === fold).length)).toEqual([
      4, 4, 3,
    ]);
    expect(dealFolds(11, 3, 42)).toEqual(folds);
    expect(dealFolds(11, 3, 43)).not.toEqual(folds);
  });

  it.each([
    [3, 4],
    [3, 1],
    [10, 2.5],
  ])("refuses %i records in %d folds", (records, folds) => {
    expect(() => dealFolds(records, folds, 1)).toThrow("cannot be dealt out");
  });
});
