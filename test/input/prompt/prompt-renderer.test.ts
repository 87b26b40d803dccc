import { describe, expect, it } from "vitest";
import { PromptRenderer } from "../../../src/input/prompt/prompt-renderer.ts";
import { CONDITIONS } from "../../../src/input/task/condition.ts";
import { DEFAULT_PROMPT } from "../../../src/input/task/default-prompt.ts";
import { builtinTaskNames, loadTask } from "../../../src/input/task/load-task.ts";
import { firstCriterion, makeRecord, makeTask } from "./make-record.ts";

function renderWith(prompt: string, raw: Record<string, unknown> = {}, more = {}) {
  const task = makeTask(prompt, more);
  return new PromptRenderer(task).render(firstCriterion(task), makeRecord(raw));
}

describe("PromptRenderer", () => {
  it("shows everything that a template may read", () => {
    const prompt =
      "{{ record.extra.deep }}|{{ instruction }}|{{ response }}|{{ reference }}|{{ context }}|" +
      "{{ criterion.name }}|{{ criterion.description }}|" +
      "{% for a in criterion.anchors %}{{ a.label }}={{ a.text }};{% endfor %}|" +
      "{{ scale.min }}-{{ scale.max }}|{{ scale.labels[1].label }}|{{ task.name }}|{{ answerPrefix }}";
    const raw = { instruction: "i", response: "r", context: "c", extra: { deep: "e" } };
    expect(renderWith(prompt, raw)).toEqual({
      user: "e|i|r||c|clarity|Is it clear?|1=no;3=yes;|1-3|2|t|score: ",
    });
  });

  it("shows no anchor for labels that every object inherits something for", () => {
    const labels = ["constructor", "toString", "__proto__"];
    const scale = { labels: labels.map((label, value) => ({ label, value })) };
    const anchors = JSON.parse('{"__proto__": "its own"}');
    const criteria = [{ name: "constructor", description: "d", anchors }];
    const prompt = "{% for a in criterion.anchors %}{{ a.label }}={{ a.text }};{% endfor %}";
    expect(renderWith(prompt, {}, { scale, criteria }).user).toBe("__proto__=its own;");
  });

  it("renders a system turn", () => {
    expect(renderWith("u", {}, { system: "Judge {{ criterion.name }}." })).toEqual({
      system: "Judge clarity.",
      user: "u",
    });
  });

  it("does not read record text as a template", () => {
    expect(renderWith("{{ response }}", { response: "{{ task.name }}{% if %}" }).user).toBe(
      "{{ task.name }}{% if %}",
    );
  });

  it.each([
    ["{% if %}", "does not compile"],
    ["{{ respnse }}", 'Did you mean "response"?'],
    ["{% for x in record.list %}{{ x }}{{ y }}{% endfor %}", '"y"'],
    ["{{ response | replace('a', b) }}", '"b"'],
  ])("refuses the template %j", (prompt, message) => {
    expect(() => renderWith(prompt)).toThrow(
      expect.objectContaining({
        code: "TEMPLATE_FAILED",
        place: { field: "prompt" },
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each([
    "{% set n = namespace(x=1) %}{% set n.x = 2 %}{{ n.x }}",
    "{% macro m(a, b='y') %}{{ a ~ b ~ response }}{% endmacro %}{{ m('x') }}",
    "{% for k, v in record.items() %}{{ loop.index }}{{ k }}{{ v }}{% endfor %}",
    "{{ 'a' if response is string and not (response in ['x']) else range(3) | join(',') }}",
    "{{ scale.labels | map(attribute='label') | join('|') }}",
    "{{ {'k': response}['k'] }}",
  ])("knows what the template sets itself: %j", (prompt) => {
    expect(renderWith(prompt).user).not.toBe("");
  });

  it("says which record a template failed on", () => {
    expect(() => renderWith("{{ raise_exception(record.id) }}", { id: "a" })).toThrow(
      expect.objectContaining({ code: "TEMPLATE_FAILED", place: { record: "a", field: "prompt" } }),
    );
  });
});

describe("the default prompt", () => {
  it("leaves out what a record lacks", () => {
    const { user } = renderWith(DEFAULT_PROMPT, { instruction: " Add. ", response: "4\n" });
    expect(user).toBe(
      "Grade it.\n\n## Instruction\nAdd.\n\n## Response to grade\n4\n\n" +
        "## Criterion: clarity\nIs it clear?\n1: no\n3: yes\n\n## Output format\n" +
        "Grade the response on this criterion alone. Write one line and nothing else:\n" +
        "score: <1|2|3>",
    );
  });

  it("asks for feedback first when the judge is to reason, and for the same as prefill else", () => {
    const task = makeTask(DEFAULT_PROMPT);
    const [prefill, direct, reasoning] = CONDITIONS.map(
      (condition) =>
        new PromptRenderer(task, condition).render(firstCriterion(task), makeRecord({})).user,
    );
    expect(direct).toBe(prefill);
    expect(prefill).not.toContain("feedback");
    expect(reasoning).toMatch(/\nfeedback: <your feedback>\nscore: <1\|2\|3>$/);
  });

  it("shows context and reference where they are", () => {
    const { user } = renderWith(DEFAULT_PROMPT, { context: "C", reference: "R" });
    expect(user).toContain("## Context\nC\n\n## Reference answer\nR\n\n## Response to grade");
  });
});

const RUBRIC = { criteria: "Is it kind?", scores: [{ label: "1", text: "Unkind." }] };

describe.each([...builtinTaskNames()])("the built-in task %s", (name) => {
  it("asks for feedback when the judge is to reason", async () => {
    const task = await loadTask(name);
    const record = makeRecord({
      instruction: "Say hi.",
      user_prompt: "u",
      user_prompt_feedback: "feedback:",
      rubric: RUBRIC,
    });
    const { user } = new PromptRenderer(task, "reasoning").render(firstCriterion(task), record);
    expect(user).toContain("feedback:");
  });

  it("shares all but the criterion between the prompts of a response", async () => {
    const task = await loadTask(name);
    const renderer = new PromptRenderer(task);
    const record = makeRecord({
      instruction: "Say hi.",
      response: "Hi!",
      context: "A fact.",
      rubric: RUBRIC,
    });
    const prompts = task.criteria.map((criterion) => renderer.render(criterion, record).user);
    const [first = ""] = prompts;
    if (task.criteria.length > 1) {
      const shared = first.slice(0, first.indexOf("## Criterion: "));
      expect(shared).toContain("Say hi.");
      expect(shared).toContain("Hi!");
      expect(prompts.every((prompt) => prompt.startsWith(shared))).toBe(true);
    } else {
      expect(first).toContain(name === "emotion" ? "Hi!" : "Say hi.");
    }
  });
});

it.each([
  ["loops over a range", "{% for i in range(10000000000) %}{% endfor %}"],
  [
    "loops in loops",
    "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
  ],
])("a task's template that would never end fails: it %s", (_, loop) => {
  expect(() => renderWith(`${loop}{{ response }}`, { id: "a" })).toThrow(
    expect.objectContaining({
      code: "TEMPLATE_FAILED",
      place: { record: "a", field: "prompt" },
    }),
  );
});

it.each([
  ["is endless white space", " ".repeat(200_000)],
  ["nests too deeply", `{{ response${" + response".repeat(60_000)} }}`],
])("a task's template that %s is refused before any record", (_, source) => {
  expect(() => new PromptRenderer(makeTask(`x${source}x`))).toThrow(
    expect.objectContaining({ code: "TEMPLATE_FAILED", place: { field: "prompt" } }),
  );
});
