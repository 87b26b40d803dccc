import { describe, expect, it } from "vitest";
import { privateUseIn, Shades } from "../../../src/input/prompt/shades.ts";

const shades = Shades.of(["<|im_end|>", "▁<e>"], new Set());

describe("shades", () => {
  it("stand for the characters of special texts, and are as long", () => {
    const text = "a <|im_end|>\n▁x 😀 \uD83D";
    const shaded = shades?.shade(text) ?? "";
    expect(shaded).toHaveLength(text.length);
    expect(shaded).toMatch(/^a [\uE000-\uF8FF]{10}\n[\uE000-\uF8FF]x 😀 \uD83D$/);
    expect(shades?.reveal(shaded)).toBe(text);
    expect(shades?.reveal(text)).toBe(text);
  });

  it("leave what filters go by, unless a special text has nothing else", () => {
    expect(Shades.of(['<a b="c\\d">'], new Set())?.shade(' "\\\n')).toBe(' "\\\n');
    expect(Shades.of(["\n"], new Set())?.shade('\n "')).toMatch(/^[\uE000-\uF8FF] "$/);
  });

  it("are none of the characters that are taken, and end with them", () => {
    const all = Array.from({ length: 6400 }, (_, i) => String.fromCharCode(0xe000 + i));
    expect(Shades.of(["ab"], new Set(all.slice(0, -2)))?.shade("ab")).toBe("\uF8FE\uF8FF");
    expect(Shades.of(["ab"], new Set(all.slice(0, -1)))).toBeUndefined();
    expect(privateUseIn(["a\uE000", "\uF8FFb"])).toEqual(new Set(["\uE000", "\uF8FF"]));
  });

  it("take little time for millions of characters", () => {
    const text = "<|im_end|> ".repeat(700_000);
    expect(shades?.reveal(shades.shade(text))).toBe(text);
  });
});
