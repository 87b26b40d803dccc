import { expect, it } from "vitest";
import {
  markdownFence,
  markdownTable,
  markdownText,
} from "../../../src/present/markdown/markdown.ts";

it("a text is no markup, and stays in its line", () => {
  expect(markdownText("a *b* <c>\n| `d` [e](f) #1 & ~g~ ![h]")).toBe(
    "a \\*b\\* \\<c\\> \\| \\`d\\` \\[e\\](f) \\#1 &amp; \\~g\\~ \\!\\[h\\]",
  );
  expect(markdownText("1. one")).toBe("1\\. one");
  expect(markdownText("- one")).toBe("\\- one");
  expect(markdownText("a\u202eb")).toBe("a\\\\u202eb");
});

it("a fence is longer than any in its text", () => {
  expect(markdownFence("a\n````\nb")).toBe("`````text\na\n````\nb\n`````\n");
  expect(markdownFence("a\x1b")).toBe("```text\na\\x1b\n```\n");
});

it("a table has titles, and a rule that aligns", () => {
  const columns = [{ title: "name", align: "left" as const }, { title: "n" }];
  expect(markdownTable(columns, [["a|b", "1"]])).toBe(
    "| name | n |\n| :-- | --: |\n| a\\|b | 1 |\n",
  );
});
