import { expect, it } from "vitest";
import { comparisonText } from "../../../src/present/terminal/comparison-text.ts";
import { TWO_SYSTEMS } from "../../fixtures/example-comparison.ts";

it("a comparison has its tables, what moved with its texts, and notes", () => {
  const text = comparisonText(TWO_SYSTEMS, { columns: 100 });
  expect(text).toMatch(/^clarity +100 +3\.50 +3\.25 +−0\.25 \[−0\.40, −0\.10\] .* before$/m);
  expect(text).toContain(
    [
      "what moved most",
      "r7 · clarity: before 4.00, after 2.50 (−1.50)",
      "  instruction: What | is it?",
      "  before: Good <b>answer</b>.",
      "  after (changed since it was judged): Bad\\x1b.",
      "",
      "note: before and after have different judges (judge.sha256).",
    ].join("\n"),
  );
});
