import { describe, expect, it } from "vitest";
import { scoreTable } from "../../../src/present/terminal/score-table.ts";
import { displayWidth } from "../../../src/present/terminal/terminal-text.ts";
import { ScoreSummary } from "../../../src/workflows/score-run/result.ts";
import { exampleScore, FAILURE } from "../../fixtures/example-run.ts";

/** The cells of the first line that starts with `start`, split where two spaces part them. */
function cells(text: string, start: string): string[] {
  const line = text.split("\n").find((line) => line.trimStart().startsWith(start));
  if (line === undefined) throw new Error(`no line starts with ${start}:\n${text}`);
  return line.trim().split(/\s{2,}/);
}

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
