import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { ERROR_CODES } from "../../src/base/errors.ts";
import { EXIT, exitCodeOf } from "../../src/cli/exit-code.ts";

it("every exit code stands in the documented table, and no other", async () => {
  const page = await readFile("docs/command-line.md", "utf8");
  const table = page.split("## Exit codes")[1]?.split("\n## ")[0] ?? "";
  const documented = Array.from(table.matchAll(/^\| (\d+) /gm), ([, code]) => Number(code));
  expect(documented).toEqual([...new Set(Object.values(EXIT))].sort((a, b) => a - b));
  expect(documented).toEqual(expect.arrayContaining(ERROR_CODES.map((code) => exitCodeOf(code))));
});

it("an error never exits as a success, nor, but for items that failed, as they do", () => {
  for (const code of ERROR_CODES) {
    if (code === "TOO_MANY_FAILURES") expect(exitCodeOf(code)).toBe(EXIT.someFailed);
    else expect(exitCodeOf(code)).toBeGreaterThan(1);
  }
});

it("a template that fails is the judge's or the task's", () => {
  expect(exitCodeOf("TEMPLATE_FAILED", { field: "tokenizer.chat_template" })).toBe(EXIT.judge);
  expect(exitCodeOf("TEMPLATE_FAILED", { field: "prompt" })).toBe(EXIT.usage);
  expect(exitCodeOf("TEMPLATE_FAILED", { file: "mine.jinja" })).toBe(EXIT.usage);
});
