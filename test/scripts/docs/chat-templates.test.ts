import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  PAGE,
  shippedTemplates,
  templateTable,
  withTable,
} from "../../../scripts/docs/chat-templates.mjs";
import { ChatTemplate } from "../../../src/input/prompt/chat-template.ts";
import { thoughtsLeftOpen } from "../../../src/input/prompt/thought-block.ts";
import starts from "../../fixtures/answer-starts.json" with { type: "json" };

interface Start {
  /** What the judge's answer begins behind, from the end of the user's turn on. */
  readonly start: string;
  /** The same where the template is told to think, or is not told; as `start`, if not given. */
  readonly thinking?: string;
  readonly unset?: string;
  readonly notice?: boolean;
}

const templates = shippedTemplates();
const open = (source: string) => new ChatTemplate(source, { bosToken: "<s>", eosToken: "</s>" });

it("llama.cpp's templates are there, and each has its start in the table of the tests", () => {
  expect(templates.size).toBeGreaterThanOrEqual(70);
  expect([...templates.keys()]).toEqual(Object.keys(starts));
});

it("the page's table is what the code gives", () => {
  const page = readFileSync(PAGE, "utf8");
  expect(withTable(page, templateTable(templates, open))).toBe(page);
});

describe.each(Object.entries<Start>(starts))("%s", (name, expected) => {
  const source = templates.get(name) ?? "";

  it.each([
    ["not thinking", "", expected.start],
    ["thinking", "{% set enable_thinking = true %}", expected.thinking ?? expected.start],
    ["by default", "{% set enable_thinking = never_set %}", expected.unset ?? expected.start],
  ])("has the score read where its final answer begins, %s", (_, first, start) => {
    const template = open(first + source);
    for (const turns of [{ user: "QUESTION" }, { system: "ORDERS", user: "QUESTION" }]) {
      const text = template.render(turns, "score: ");
      expect(text.slice(text.lastIndexOf("QUESTION")).endsWith(`${start}score: `)).toBe(true);
      expect(template.opening(turns.system !== undefined).opening).toBe(start);
      if (turns.system !== undefined) expect(text).toContain("ORDERS");
    }
    expect(thoughtsLeftOpen(start, source)).toBeUndefined();
  });

  it("says so where the judge was not trained to answer at once", () => {
    const { notice } = open(source);
    if (expected.notice === true) expect(notice).toContain("not trained");
    else expect(notice).toBeUndefined();
  });
});
