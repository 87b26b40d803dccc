import { describe, expect, it } from "vitest";
import {
  isMet,
  keyFigures,
  type MeasuredSet,
  median,
  medianWithInterval,
  promptsPerSecond,
  speedRatio,
  total,
} from "../../../scripts/speed/figures.mjs";

const block = (number: number, seconds: number, more: Record<string, number> = {}) => ({
  ...{ block: number, reading: 1, seconds },
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

  it("a ratio pairs the readings that both contenders did, and has an interval", () => {
    expect(speedRatio(set, "ours", "plain")).toEqual({ value: 4.5, low: 4, high: 5 });
    expect(speedRatio(set, "ours", "bare")).toEqual({ value: 0.9, low: 0.9, high: 0.975 });
    expect(speedRatio(set, "ours", "whole").value).toBeNaN();
    const again = { ...block(1, 8), reading: 2 };
    const readings = { measured: { ours: [block(1, 1), again], bare: [block(1, 3)] } };
    expect(speedRatio(readings, "ours", "bare").value).toBe(3);
  });

  it("a median's interval has the ranks of the sign test at 95 %", () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
    // Of 5 values all: 1 in 16 true medians lies outside of them.
    expect(medianWithInterval(upTo(5))).toEqual({ value: 3, low: 1, high: 5 });
    expect(medianWithInterval(upTo(8))).toMatchObject({ low: 1, high: 8 });
    expect(medianWithInterval(upTo(9))).toMatchObject({ low: 2, high: 8 });
    expect(medianWithInterval(upTo(10))).toMatchObject({ low: 2, high: 9 });
    expect(medianWithInterval(upTo(20))).toMatchObject({ low: 6, high: 15 });
    expect(medianWithInterval([])).toEqual({ value: NaN, low: NaN, high: NaN });
  });

  it("what a block holds is counted once, however often it was read", () => {
    const twice = [block(1, 2, { prompts: 4 }), { ...block(1, 2, { prompts: 4 }), reading: 2 }];
    expect(total({ name: "criteria", measured: { ours: twice } }, "ours", "prompts")).toBe(4);
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
    expect(bare).toMatchObject({ where: "criteria", value: 0.9, low: 0.9, least: 0.98 });
    expect(decoded).toMatchObject({ value: 1.03, most: 1.02 });
    expect(plain).toMatchObject({ value: 4.5, least: 13 });
    expect(named("ours / transformers f32, whole prompts")).toBeUndefined();
    expect([bare, decoded, plain].map((figure) => figure && isMet(figure))).toEqual([
      false,
      false,
      false,
    ]);
    expect(isMet({ what: "speed", value: 2, unit: "×", least: 1 })).toBe(true);
    expect(named("share of our time in decode")?.value).toBeCloseTo(0.9, 12);
  });

  it("memory is compared between the smallest and the largest run", () => {
    const runs = [
      { items: 100, millisecondsPerItem: 9, peakMiB: 150 },
      { items: 1000, millisecondsPerItem: 2, peakMiB: 180 },
      { items: 10_000, millisecondsPerItem: 1, peakMiB: 190 },
    ];
    expect(keyFigures({ sets: [], scaling: { runs } })[0]).toMatchObject({ value: 40, most: 40 });
  });
});
