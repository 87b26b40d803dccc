import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { csvHeader, csvRow } from "../../../src/present/csv/csv.ts";
import {
  byteProgressLine,
  plainByteProgressLine,
  plainProgressLine,
  progressLine,
} from "../../../src/present/terminal/progress.ts";
import { scoreTable } from "../../../src/present/terminal/score-table.ts";
import { distributionBar } from "../../../src/present/terminal/shade.ts";
import { displayWidth } from "../../../src/present/terminal/terminal-text.ts";
import { ScoreSummary } from "../../../src/workflows/score-run/result.ts";
import { RunningMoments } from "../../../src/workflows/score-run/running-moments.ts";
import { exampleScore, FAILURE } from "../../run/example-run.ts";

/** The cells of the first line that starts with `start`, split where two spaces part them. */
function cells(text: string, start: string): string[] {
  const line = text.split("\n").find((line) => line.trimStart().startsWith(start));
  if (line === undefined) throw new Error(`no line starts with ${start}:\n${text}`);
  return line.trim().split(/\s{2,}/);
}

describe("RunningMoments", () => {
  it("agrees with the two-pass formulas", () => {
    const moments = new RunningMoments();
    const values = [1e6 + 1, 1e6 + 2, 1e6 + 4];
    for (const value of values) moments.add(value);
    expect(moments.count).toBe(3);
    expect(moments.mean).toBeCloseTo(1e6 + 7 / 3, 9);
    const mean = 7 / 3;
    const variance = ((1 - mean) ** 2 + (2 - mean) ** 2 + (4 - mean) ** 2) / 2;
    expect(moments.standardDeviation).toBeCloseTo(Math.sqrt(variance), 9);
  });

  it("has no mean of nothing and no spread of one", () => {
    const moments = new RunningMoments();
    expect(moments.mean).toBeNaN();
    moments.add(3);
    expect(moments.mean).toBe(3);
    expect(moments.standardDeviation).toBeNaN();
  });
});

describe("scoreTable", () => {
  it("shows each criterion's figures", () => {
    const summary = new ScoreSummary(["clarity", "depth"]);
    summary.add(exampleScore({ score: 2, vanilla: 3, eScore: 1.5 }));
    summary.add(exampleScore({ id: "b", score: 4, vanilla: 1, eScore: 2.5 }));
    summary.add({ ...FAILURE, criterion: "depth", code: "PROMPT_TOO_LONG" });
    const table = scoreTable(summary);
    expect(cells(table, "criterion")).toEqual([
      "criterion",
      "n",
      "score",
      "sd",
      "vanilla",
      "e-score",
      "failed",
    ]);
    expect(cells(table, "clarity")).toEqual(["clarity", "2", "3.00", "1.41", "2.00", "2.00", "0"]);
    expect(cells(table, "depth")).toEqual(["depth", "0", "–", "–", "–", "–", "1"]);
  });

  it("shows single items with their distribution", () => {
    const summary = new ScoreSummary();
    summary.add(exampleScore({ human: 2.5 }));
    summary.add(exampleScore({ id: "b" }));
    const table = scoreTable(summary);
    expect(cells(table, "a1")).toEqual(["a1", "clarity", "2.30", "3", "2.40", "2.50", "│▁▃▄│"]);
    expect(cells(table, "b ")).toEqual(["b", "clarity", "2.30", "3", "2.40", "–", "│▁▃▄│"]);
    expect(cells(table, "clarity")).toContain("2.50");
  });

  it("leaves human scores out when there are none", () => {
    const summary = new ScoreSummary();
    summary.add(exampleScore());
    expect(scoreTable(summary)).not.toContain("human");
  });

  it("lists twenty items and counts the others", () => {
    const summary = new ScoreSummary();
    for (let i = 1; i <= 25; i++) summary.add(exampleScore({ id: `item-${i}` }));
    const table = scoreTable(summary);
    expect(table).toContain("item-20");
    expect(table).not.toContain("item-21");
    expect(table).toContain("… and 5 more");
    expect(summary.listed[0]).not.toHaveProperty("logits");
  });

  it("counts failures by code, those of whole records as well", () => {
    const summary = new ScoreSummary();
    summary.add(FAILURE);
    summary.add(FAILURE);
    summary.add({ ...FAILURE, criterion: "clarity", code: "PROMPT_TOO_LONG" });
    const later = { ...FAILURE, message: "another one" };
    summary.add(later);
    const table = scoreTable(summary);
    expect(table).toContain(
      "4 failed: EMPTY_RESPONSE 3, PROMPT_TOO_LONG 1; 3 of them whole records\n" +
        `first EMPTY_RESPONSE: ${FAILURE.message}\nfirst PROMPT_TOO_LONG: `,
    );
    expect(table).not.toContain(later.message);
  });

  it("keeps within the terminal, whatever the ids", () => {
    const summary = new ScoreSummary(["a criterion with a very long name indeed, much too long"]);
    summary.add(
      exampleScore({
        id: "an\u001b[31m id ".repeat(20),
        criterion: "a criterion with a very long name indeed, much too long",
        human: 3,
      }),
    );
    const table = scoreTable(summary, { columns: 80 });
    for (const line of table.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(table).not.toContain("\u001b");
  });
});

describe("distributionBar", () => {
  it("is as high as the label is probable", () => {
    expect(distributionBar([0, 0.125, 0.5, 1])).toBe(" ▁▄█");
  });
});

describe("CSV", () => {
  const labels = ["1", "2", 'a "b", c'];

  it("has as many cells in every row as in the header", () => {
    const text = [
      csvHeader(labels),
      csvRow(exampleScore({ human: 2.5, id: 'say "hi",\nthere' }), 3),
      csvRow(FAILURE, 3),
      csvRow({ ...FAILURE, criterion: "clarity" }, 3),
    ].join("\n");
    const [score, record, criterion] = parse(text, { columns: true });
    expect(score).toMatchObject({
      id: 'say "hi",\nthere',
      criterion: "clarity",
      score: "2.3",
      vanilla: "3",
      e_score: "2.4",
      p_1: "0.125",
      'p_a "b", c': "0.5",
      entropy: "0.97",
      standard_deviation: "0.7",
      score_mass: "0.75",
      human: "2.5",
      prompt_tokens: "70",
      reused_tokens: "48",
      failure_code: "",
    });
    expect(record).toMatchObject({
      id: "a2",
      criterion: "",
      score: "",
      p_1: "",
      reused_tokens: "",
      failure_code: "EMPTY_RESPONSE",
      failure_message: "the response is empty",
    });
    expect(criterion).toMatchObject({ criterion: "clarity" });
  });

  it("quotes only what needs it", () => {
    expect(csvRow(FAILURE, 1)).toBe("a2,,,,,,,,,,,,EMPTY_RESPONSE,the response is empty");
    expect(csvRow({ ...FAILURE, id: " x" }, 1)).toMatch(/^" x",/);
  });
});

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
