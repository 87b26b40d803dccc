import { expect, it } from "vitest";
import { diffText } from "../../../src/present/terminal/diff-text.ts";
import type { RunComparison } from "../../../src/run/compare-runs.ts";

const NONE = { count: 0, first: [] };
const IDENTICAL: RunComparison = {
  identical: true,
  header: [],
  compared: 12,
  differing: 0,
  first: [],
  figures: [],
  onlyInLeft: NONE,
  onlyInRight: NONE,
  bookkeeping: 0,
};

it("identical runs take one line", () => {
  expect(diffText(IDENTICAL, ["a", "b"])).toBe("identical: 12 lines, not one bit of difference\n");
});

it("differences are shown with examples, and what is left out is counted", () => {
  const text = diffText(
    {
      ...IDENTICAL,
      identical: false,
      differing: 3,
      figures: [{ figure: "logits.raw", lines: 3, largest: 1.2345e-5 }],
      first: [{ id: "a\u001b[2J", criterion: "clarity", figures: ["logits.raw"] }],
      onlyInRight: { count: 2, first: [{ id: "z", criterion: null }] },
      header: [{ field: "options.threads", left: 2, right: undefined }],
      bookkeeping: 1,
    },
    ["left.jsonl", "right.jsonl"],
  );
  expect(text).toContain("different: 3 of 12 lines");
  expect(text).toMatch(/^logits\.raw +3 +0\.00001234/m);
  expect(text).toContain("  a\\x1b[2J · clarity: logits.raw\n  … and 2 more");
  expect(text).toContain("2 lines only in right.jsonl:\n  z · whole record\n  … and 1 more");
  expect(text).not.toContain("left.jsonl");
  expect(text).toContain("  options.threads: 2 → not there");
  expect(text).toContain("1 line with other reusedTokens");
});
