import { describe, expect, it } from "vitest";
import {
  isMet,
  keyFigures,
  type MeasuredSet,
  median,
  promptsPerSecond,
  speedRatio,
} from "../../../scripts/speed/figures.mjs";

const block = (number: number, seconds: number, more: Record<string, number> = {}) => ({
  block: number,
  seconds,
  ...more,
});

const set: MeasuredSet = {
  name: "criteria",
  measured: {
    ours: [1, 2, 4].map((seconds, i) =>
      block(i + 1, seconds, {
        prompts: 8,
        decodedTokens: 103,
        distinctTokens: 100,
        decodeSeconds: seconds * 0.9,
      }),
    ),
    bare: [0.9, 1.8, 3.9].map((seconds, i) => block(i + 1, seconds)),
    // Read only in the first and the last block.
    plain: [block(1, 5), block(3, 16)],
  },
};

describe("the benchmark's figures", () => {
  it("a median is the middle value, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });

  it("a ratio pairs the blocks that both contenders read", () => {
    expect(speedRatio(set, "ours", "plain")).toBe(4.5);
    expect(speedRatio(set, "ours", "bare")).toBe(0.9);
    expect(speedRatio(set, "ours", "whole")).toBeNaN();
  });

  it("speed is the median over the blocks", () => {
    expect(promptsPerSecond(set, "ours")).toBe(4);
  });

  it("figures come with their bounds; what was not measured is left out", () => {
    const figures = keyFigures({ sets: [set] });
    const named = (what: string) => figures.find((figure) => figure.what === what);
    const bare = named("ours / bare engine");
    const decoded = named("decoded / distinct tokens");
    const plain = named("ours / node-llama-cpp, whole prompts");
    expect(bare).toMatchObject({ where: "criteria", value: 0.9, least: 0.97 });
    expect(decoded).toMatchObject({ value: 1.03, most: 1.02 });
    expect(plain).toMatchObject({ value: 4.5, least: 3.8 });
    expect(named("ours / transformers f32, whole prompts")).toBeUndefined();
    expect([bare, decoded, plain].map((figure) => figure && isMet(figure))).toEqual([
      false,
      false,
      true,
    ]);
    expect(named("share of our time in decode")?.value).toBeCloseTo(0.9, 12);
  });

  it("memory is compared between the smallest and the largest run", () => {
    const runs = [
      { items: 100, millisecondsPerItem: 9, peakMiB: 150 },
      { items: 1000, millisecondsPerItem: 2, peakMiB: 180 },
      { items: 10_000, millisecondsPerItem: 1, peakMiB: 190 },
    ];
    expect(keyFigures({ sets: [], scaling: { runs } })[0]).toMatchObject({ value: 40, most: 64 });
  });
});
