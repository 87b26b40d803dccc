import { describe, expect, it } from "vitest";
import { JinjaTemplate } from "../../../src/input/prompt/jinja-template.ts";

const render = (source: string, variables = {}) =>
  new JinjaTemplate(source).render(variables, () => 0);

describe("objects with numbers as keys", () => {
  const steps = "{% set steps = {512: 'b', 0: 'a', 16384: 'c'} %}";

  it("are looked up by number and listed in their order", () => {
    expect(render(`${steps}{{ steps[16384] }}{{ steps[0] }}{{ steps[7] is defined }}`)).toBe(
      "cafalse",
    );
    expect(render(`${steps}{% for k in steps %}{{ k + 1 }} {% endfor %}`)).toBe("513 1 16385 ");
    expect(render(`${steps}{% for k, v in steps.items() %}{{ k }}{{ v }} {% endfor %}`)).toBe(
      "512b 0a 16384c ",
    );
    expect(render(`${steps}{% for k, v in steps | items %}{{ k }}{{ v }} {% endfor %}`)).toBe(
      "512b 0a 16384c ",
    );
  });

  it("are sorted by number", () => {
    expect(render(`${steps}{% for k, v in steps | dictsort %}{{ k }}{{ v }} {% endfor %}`)).toBe(
      "0a 512b 16384c ",
    );
  });

  it("may have texts beside them, but not of the same digits", () => {
    expect(render("{% set o = {1: 'a', 'x': 'b'} %}{{ o[1] }}{{ o['x'] }}{{ o.x }}")).toBe("abb");
    expect(() => render("{% set o = {1: 'a', '1': 'b'} %}")).toThrow("same digits");
    expect(() => render("{% set o = {1: 'a', 'x': 'b'} %}{{ o | dictsort }}")).toThrow("order");
  });

  it("leave other objects as they were", () => {
    expect(
      render("{% set k = 'a' %}{% set o = {k: 1} %}{{ o.a }}{{ o['a'] }}{{ o | dictsort }}"),
    ).toBe('11[["a", 1]]');
    expect(() => render("{% set o = {none: 1} %}")).toThrow("Object keys");
  });
});

describe("methods of texts", () => {
  it.each([
    ["{{ '<{}|{}>'.format('a', 2) }}", "<a|2>"],
    ["{{ '{1}{0}{x}{{}}'.format('a', 'b', x='c') }}", "bac{}"],
    ["{{ ', '.join(['a', 'b']) }}", "a, b"],
    ["{{ 'banana'.count('an') }}{{ 'banana'.find('n') }}", "22"],
    ["{{ 'a\nb\n'.splitlines() | join('-') }}", "a-b"],
    ["{{ 'abc'.removeprefix('ab') }}{{ 'abc'.removesuffix('x') }}", "cabc"],
  ])("%s", (source, text) => {
    expect(render(source)).toBe(text);
  });

  it("are those of texts alone", () => {
    expect(render("{{ o.format }}", { o: { format: "mine" } })).toBe("mine");
    expect(() => render("{{ o.format(1) }}", { o: { format: "mine" } })).toThrow("not a function");
    expect(() => render("{{ '{:>8}'.format(1) }}")).toThrow("{:>8}");
    expect(() => render("{{ '{}{}'.format(1) }}")).toThrow("no value");
  });
});

it("a loop over nothing is empty, and one over a text takes its characters", () => {
  expect(render("{% for x in nothing %}{{ x }}{% else %}none{% endfor %}")).toBe("none");
  expect(render("{% for c in 'añ😀' %}{{ c }}.{% endfor %}")).toBe("a.ñ.😀.");
  expect(() => render("{% for x in none %}{% endfor %}")).toThrow("iterable");
});

it("what a text is made of is evaluated once", () => {
  const count =
    "{% set ns = namespace(n=0) %}{% macro up() %}{% set ns.n = ns.n + 1 %}x{% endmacro %}";
  expect(render(`${count}{% set y = up().format() %}{% set z = [up()][0] %}{{ ns.n }}`)).toBe("2");
});
