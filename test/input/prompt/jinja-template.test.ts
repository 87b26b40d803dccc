import { describe, expect, it } from "vitest";
import { JinjaTemplate, templateFault } from "../../../src/input/prompt/jinja-template.ts";

const render = (source: string, variables = {}, inputLength = 0) =>
  new JinjaTemplate(source).render(variables, () => inputLength);

/** What is said of a template that fails, and how long that took. */
function failure(source: string): { readonly fault: string; readonly ms: number } {
  const startedAt = performance.now();
  try {
    render(source, { text: "text" });
  } catch (error) {
    return { fault: templateFault(error), ms: performance.now() - startedAt };
  }
  throw new Error("it did not fail");
}

const DOUBLED =
  "{% set ns = namespace(v='xxxxxxxx') %}{% for i in range(22) %}{% set ns.v = ns.v ~ ns.v %}{% endfor %}";

describe("a template that would cost too much fails, and soon:", () => {
  it.each([
    ["an endless range", "{% for i in range(10000000000) %}{% endfor %}", "range()"],
    ["a range of steps that are no number", "{{ range(0, 1, 0.0000000001) }}", "range()"],
    [
      "loops in loops, with nothing in them",
      "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
      "steps",
    ],
    [
      "names that are not set",
      `{% for i in range(60000) %}${"{{ a }}".repeat(99)}{% endfor %}`,
      "steps",
    ],
    ["300 000 line ends", "\n".repeat(300_000), "characters"],
    ["200 000 blanks", " ".repeat(200_000), "white-space"],
    ["white space between words", `a${" ".repeat(600)}`.repeat(300), "white-space"],
    ["a text that doubles", DOUBLED.replace("22", "99"), "steps"],
    [
      "a long text, used again and again",
      `${DOUBLED}{% for i in range(999) %}{% set x = ns.v.upper() %}{% endfor %}`,
      "steps",
    ],
    [
      "a list that doubles",
      "{% set ns = namespace(v=[1]) %}{% for i in range(99) %}{% set ns.v = ns.v + ns.v %}{% endfor %}",
      "steps",
    ],
    [
      "a list of itself twice",
      "{% set ns = namespace(v=[1]) %}{% for i in range(99) %}{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v }}",
      "steps",
    ],
    [
      "a list that is searched",
      "{% set l = range(99999) %}{% for i in l %}{% if -1 in l %}{% endif %}{% endfor %}",
      "steps",
    ],
    [
      "a namespace in itself",
      "{% set ns = namespace(v=1) %}{% set ns.v = ns %}{{ ns.v }}",
      "deeply",
    ],
    ["a sum of many terms", `{{ 1${"+1".repeat(60_000)} }}`, "deeply"],
    ["brackets in brackets", `{{ ${"(".repeat(60_000)} }}`, "deeply"],
    ["a macro that calls itself", "{% macro m(f) %}{{ f(f) }}{% endmacro %}{{ m(m) }}", "deeply"],
    ["an indent of gigabytes", "{{ 'a\nb' | indent(500000000) }}", "indents"],
    ["JSON with such an indent", "{{ [1] | tojson(indent=500000000) }}", "indents"],
  ])("%s", (_, source, fault) => {
    const failed = failure(source);
    expect(failed.fault).toContain(fault);
    expect(failed.ms).toBeLessThan(10_000);
  });
});

it("a long input may be walked through in more steps", () => {
  const source = "{% for row in rows %}{{ row }},{% endfor %}";
  const rows = Array.from({ length: 90_000 }, () => "a row of text");
  expect(() => render(source, { rows })).toThrow("steps");
  expect(render(source, { rows }, 13 * rows.length)).toHaveLength(14 * rows.length);
});

it("has a clock that stands still, and Python's range", () => {
  expect(render("{{ strftime_now('%d %b %Y') }} {{ range(5, 1, -2) | join }}")).toBe(
    "01 Jan 2025 53",
  );
  expect(() => render("{{ range(1, 2, 0) }}")).toThrow("zero");
});
