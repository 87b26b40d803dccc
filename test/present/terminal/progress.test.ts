import { describe, expect, it } from "vitest";
import {
  byteProgressLine,
  plainByteProgressLine,
  plainProgressLine,
  progressLine,
} from "../../../src/present/terminal/progress.ts";
import { displayWidth } from "../../../src/present/terminal/terminal-text.ts";

describe("progress", () => {
  const halfway = { done: 50, total: 200, failed: 2, elapsedMs: 10_000, tokensPerSecond: 433.4 };

  it("tells rate and time left in plain text", () => {
    expect(plainProgressLine(halfway)).toBe("50/200, 2 failed, 5.0/s, 433 tokens/s, 30 s left");
  });

  it("draws a bar that fills", () => {
    const line = progressLine(halfway, 100);
    expect(line).toMatch(
      /^▕█+.* +▏ 25 % 50\/200 · 2 failed · 5\.0\/s · 433 tokens\/s · 30 s left$/,
    );
    const full = progressLine({ ...halfway, done: 200, failed: 0 }, 100);
    expect(full).toMatch(/^▕█{30}▏100 % 200\/200 · .* · 10 s elapsed$/);
  });

  it.each([20, 40, 60, 80, 120])("stays below %d columns", (columns) => {
    for (const done of [0, 1, 67, 199, 200]) {
      const width = displayWidth(progressLine({ ...halfway, done }, columns));
      expect(width).toBeLessThan(columns);
    }
  });

  it("keeps its length while the bar fills", () => {
    const bars = Array.from(
      { length: 101 },
      (_, done) =>
        progressLine({ done, total: 100, failed: 0, elapsedMs: 0 }).split("▏")[0]?.length,
    );
    // ▏ is one of the eighths too, so only bars that end on a whole block can be compared.
    expect(bars[0]).toBe(bars[100]);
  });

  it("says 100 % only at the end", () => {
    expect(progressLine({ ...halfway, done: 1999, total: 2000 }, 100)).toContain(" 99 %");
  });

  it("does without a total, and before the first result", () => {
    expect(plainProgressLine({ done: 7, total: null, failed: 0, elapsedMs: 3_500 })).toBe(
      "7 done, 2.0/s, 4 s elapsed",
    );
    expect(plainProgressLine({ done: 0, total: 9, failed: 0, elapsedMs: 0 })).toBe(
      "0/9, time left unknown",
    );
    expect(progressLine({ done: 0, total: 0, failed: 0, elapsedMs: 0 })).toContain("100 %");
  });

  it("writes long times in hours and minutes", () => {
    const line = plainProgressLine({ done: 1, total: 101, failed: 0, elapsedMs: 75_000 });
    expect(line).toBe("1/101, 0.01/s, 2 h 5 min left");
  });

  it("tells a download in megabytes", () => {
    const download = { bytes: 46e6, totalBytes: 92e6, elapsedMs: 4_000 };
    expect(plainByteProgressLine("smollm2-135m", download)).toBe(
      "smollm2-135m, 46/92 MB, 12 MB/s, 4 s left",
    );
    expect(byteProgressLine("smollm2-135m", download, 80)).toMatch(/^▕█+.*▏ 50 % smollm2-135m · /);
  });
});
