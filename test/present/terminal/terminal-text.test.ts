import { describe, expect, it } from "vitest";
import {
  displayWidth,
  oneLine,
  padTo,
  textLines,
  truncate,
} from "../../../src/present/terminal/terminal-text.ts";

/** Samples with the columns that terminals give them. */
const WIDTHS: readonly [string, string, number][] = [
  ["plain letters", "plain", 5],
  ["letters with marks", "e\u0301a\u0308", 2],
  ["Greek", "τ Σ", 3],
  ["Cyrillic", "оценка", 6],
  ["Chinese", "评分", 4],
  ["Japanese", "ひらがなカタカナ", 16],
  ["half-width katakana", "ｶﾀｶﾅ", 4],
  ["half-width katakana with a voiced mark", "ｶﾞ", 2],
  ["full-width letters", "ＡＢ", 4],
  ["Korean", "점수", 4],
  ["Korean, decomposed", "\u1112\u1161\u11ab", 2],
  ["Devanagari", "नमस्ते", 3],
  ["Thai", "ไทย", 3],
  ["an emoji", "🙂", 2],
  ["a flag", "🇩🇪", 2],
  ["a keycap", "1️⃣", 2],
  ["a skin tone", "👍🏽", 2],
  ["a family", "👨‍👩‍👧", 2],
  ["a sign in emoji form", "☺️", 2],
  ["lines and blocks", "│▁▃█─", 5],
  ["an ellipsis and a minus", "…−", 2],
];

describe("displayWidth", () => {
  it.each(WIDTHS)("of %s, %s, is %i", (_, text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("truncate", () => {
  it("ends what it cuts with an ellipsis", () => {
    expect(truncate("abcdef", 4)).toBe("abc…");
    expect(truncate("判断判断", 6)).toBe("判断…");
  });

  it.each(WIDTHS)("cuts %s between what is seen as one character", (_, text) => {
    const whole = displayWidth(text);
    expect(truncate(text, whole)).toBe(text);
    const parts = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
    for (let columns = 1; columns < whole; columns++) {
      const cut = truncate(text, columns);
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
      const kept = cut.slice(0, -1);
      expect(`${kept}…`).toBe(cut);
      expect(parts.map((__, i) => parts.slice(0, i).join(""))).toContain(kept);
    }
  });
});

describe("padTo", () => {
  it("fills on the side that it is told", () => {
    expect(padTo("7", 3)).toBe("7  ");
    expect(padTo("7", 3, "right")).toBe("  7");
  });

  it.each(WIDTHS)("brings %s to the columns of its cell", (_, text) => {
    for (const columns of [1, 2, 3, 20]) {
      expect(displayWidth(padTo(text, columns))).toBe(columns);
      expect(displayWidth(padTo(text, columns, "right"))).toBe(columns);
    }
    expect(padTo(text, 20, "right").endsWith(text)).toBe(true);
  });
});

describe("oneLine", () => {
  it("has one space for the blanks and line ends of a text", () => {
    expect(oneLine(" one\r\n\ttwo  three\n")).toBe("one two three");
  });
});

describe("textLines", () => {
  it("keeps the lines, and shows what is in them", () => {
    expect(textLines("if x:\r\n\treturn\u001b[2J")).toEqual(["if x:", "  return\\x1b[2J"]);
  });
});
