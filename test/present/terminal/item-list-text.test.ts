import { describe, expect, it } from "vitest";
import {
  itemListMarkdown,
  itemListText,
  itemTextsText,
} from "../../../src/present/terminal/item-list-text.ts";
import { lineKey } from "../../../src/run/line-key.ts";
import type { FoundTexts } from "../../../src/run/line-texts.ts";
import { exampleScore } from "../../fixtures/example-run.ts";

const LINE = exampleScore({ id: "a|1", human: 3 });
const PICKED = { lines: [LINE], matching: 3 };
const TEXTS = { instruction: "What?", response: "A\n\x1b cat.", context: "", reference: "" };

function found(state: "same" | "changed"): FoundTexts {
  return {
    lines: new Map([[lineKey(LINE), { texts: TEXTS, state }]]),
    data: "data.jsonl",
    missing: null,
  };
}

const NONE: FoundTexts = { lines: new Map(), data: null, missing: "the data is gone" };

describe("items one below the other", () => {
  it("have their figures and the beginning of the response", () => {
    const text = itemListText(PICKED, found("same"), { columns: 100 });
    expect(text).toMatch(/^a\|1 +clarity +2\.30 +0\.97 +0\.75 +0\.20 +3 +A \\x1b cat\.$/m);
    expect(text).toMatch(/^… and 2 more$/m);
  });

  it("say which texts changed, and why there are none", () => {
    const changed = itemListText(PICKED, found("changed"), { columns: 100 });
    expect(changed).toMatch(/ \* A .*\n.*\n\* 1 of these texts changed since they were judged$/m);
    expect(itemListText(PICKED, NONE, { columns: 100 })).toMatch(
      /^without texts: the data is gone$/m,
    );
    expect(itemListText({ lines: [], matching: 0 }, NONE, { columns: 100 })).toMatch(/^no score/);
  });

  it("that there are none of are said to be none in Markdown, too", () => {
    expect(itemListMarkdown({ lines: [], matching: 0 }, NONE)).toMatch(/^No score/);
  });

  it("are sections of Markdown with their whole texts", () => {
    expect(itemListMarkdown(PICKED, found("changed"))).toBe(
      [
        "## a\\|1 · clarity\n",
        "score 2.30 · entropy 0.97 · score mass 0.75 · disagreement 0.20 · human 3\n",
        "*changed since: the judge was shown other texts than these*\n",
        "**instruction**\n\n```text\nWhat?\n```\n",
        "**response**\n\n```text\nA\n\\x1b cat.\n```\n",
        "… and 2 more\n",
      ].join("\n"),
    );
  });
});

it("one item's texts stand above its scores, with what became of them", () => {
  const options = { columns: 10, color: false };
  const pieces = itemTextsText(found("changed").lines.get(lineKey(LINE)), null, options);
  expect([...pieces].join("")).toBe(
    "instruction\nWhat?\n\nresponse\nA\n\\x1b cat.\n\n" +
      "changed since: the judge was shown other texts than these\n─────────\n",
  );
  expect(itemTextsText(undefined, "the data is gone", options)).toBe(
    "without texts: the data is gone\n\n",
  );
});
