import path from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLES_FOLDER } from "../../../src/base/package-paths.ts";
import { quickstartText } from "../../../src/present/terminal/quickstart-text.ts";
import type { QuickstartResult } from "../../../src/workflows/quickstart/result.ts";
import { ScoreSummary } from "../../../src/workflows/score-run/result.ts";
import { madeUpScores } from "../../fixtures/made-up-run.ts";

const summary = new ScoreSummary();
for (const score of madeUpScores(2)) summary.add(score);

const RESULT: QuickstartResult = {
  judge: "smollm2-135m",
  isToy: true,
  data: path.join(EXAMPLES_FOLDER, "quickstart.jsonl"),
  task: path.join(EXAMPLES_FOLDER, "quickstart.yaml"),
  run: "lager-quickstart.jsonl",
  summary,
  agreement: [
    { criterion: "correctness", answers: 12, spearman: -0.371, byChance: 0.59 },
    { criterion: "clarity", answers: 12, spearman: null, byChance: 0.59 },
  ],
  recommended: { name: "qwen3-4b-2507", cached: false, memory: 3.6e9, tokensPerSecond: 35 },
  memory: 25.3e9,
};

function lines(fields: Partial<QuickstartResult> = {}): string[] {
  return quickstartText({ ...RESULT, ...fields }, { columns: 80 }).split("\n");
}

describe("the quick start's text", () => {
  it("has the agreement by criterion, with the answers that it is made of", () => {
    expect(lines()).toContain("correctness       12     −0.37      ±0.59");
    expect(lines().join("\n")).toMatch(/^clarity +12 +– +±0\.59$/m);
    expect(lines().join("\n")).toContain("12 answers are a handful");
  });

  it("says plainly that a toy is one, and says it of no other judge", () => {
    expect(lines().join("\n")).toContain("smollm2-135m is a toy");
    expect(lines({ judge: "mine.gguf", isToy: false }).join("\n")).not.toContain("toy");
  });

  it("names a judge that fits and how to have it, and what to run with it", () => {
    const text = lines().map((line) => line.trim());
    expect(text).toContain("lager judges pull qwen3-4b-2507");
    expect(text).toContain("fits here: 3.6 GB of 25.3 GB");
    expect(text).toContain(
      "lager score examples/quickstart.jsonl --task examples/quickstart.yaml " +
        "-j qwen3-4b-2507 -o run.jsonl",
    );
    expect(text.some((line) => line.startsWith("lager inspect lager-quickstart.jsonl "))).toBe(
      true,
    );
  });

  it("names the smallest that judges where none fits", () => {
    const text = lines({ recommended: null }).join("\n");
    expect(text).toContain("lager judges pull qwen2.5-coder-1.5b");
    expect(text).toContain("small or slow for it");
  });

  it("keeps to a narrow terminal, but for commands", () => {
    const prose = lines().filter((line) => !line.startsWith("  lager"));
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(80);
  });
});
