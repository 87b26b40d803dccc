import { expect, it } from "vitest";
import { comparisonMarkdown } from "../../../src/present/markdown/comparison-markdown.ts";
import { TWO_SYSTEMS } from "../../fixtures/example-comparison.ts";

it("a comparison is Markdown, in which no text of a record is markup", () => {
  const [mover] = TWO_SYSTEMS.movers;
  const movers = mover === undefined ? [] : [{ ...mover, criterion: "</summary><h1>" }];
  const text = comparisonMarkdown({ ...TWO_SYSTEMS, movers });
  expect(text).toContain(
    "| clarity | 100 | 3.50 | 3.25 | −0.25 \\[−0.40, −0.10\\] | 30 · 10 · 60 | −0.50 |",
  );
  expect(text).toContain(
    "<details><summary>r7 · &lt;/summary&gt;&lt;h1&gt;: before 4.00, after 2.50 (−1.50)</summary>\n\n" +
      "**instruction**\n\n```text\nWhat | is\nit?\n```\n",
  );
  expect(text).toContain("**before**\n\n```text\nGood <b>answer</b>.\n```\n");
  expect(text).toContain("Bad\\x1b.");
  expect(text.endsWith("- before and after have different judges (judge.sha256).\n")).toBe(true);
});
