import { describe, expect, it } from "vitest";
import { visibleJson, visibleLines, visibleText } from "../../src/base/visible-text.ts";

/** What must not reach a terminal as it is, one of each kind. */
const HIDDEN: readonly [string, string, string][] = [
  ["ESC", "\u001b[2J", "\\x1b[2J"],
  ["a bell", "\u0007", "\\x07"],
  ["NUL", "\0", "\\x00"],
  ["DEL", "\u007f", "\\x7f"],
  ["CSI of C1", "\u009b31m", "\\x9b31m"],
  ["OSC of C1", "\u009d0;title\u009c", "\\x9d0;title\\x9c"],
  ["a carriage return", "real\rfake", "real\\rfake"],
  ["a tab", "a\tb", "a\\tb"],
  ["an override of direction", "\u202etxt.exe", "\\u202etxt.exe"],
  ["an isolate of direction", "\u2066a\u2069", "\\u2066a\\u2069"],
  ["marks of direction", "\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"],
  ["line and paragraph separators", "\u2028\u2029", "\\u2028\\u2029"],
  ["a zero-width space", "pay\u200bpal", "pay\\u200bpal"],
  ["a joiner between Latin letters", "a\u200db\u200cc", "a\\u200db\\u200cc"],
  ["a joiner behind a mark", "e\u0301\u200d", "e\u0301\\u200d"],
  ["a byte order mark", "\ufeffa", "\\ufeffa"],
  ["a soft hyphen", "a\u00adb", "a\\xadb"],
  ["a letter that is not drawn", "\u3164", "\\u3164"],
  ["tags", "a\u{e0041}", "a\\u{e0041}"],
  ["a sign for emoji behind a letter", "a\ufe0f", "a\\ufe0f"],
  ["lone surrogates", "\ud83d \ude00", "\\ud83d \\ude00"],
];

/** Texts of people, which are written with unseen characters in some places. */
const WRITTEN = [
  ...["👨‍👩‍👧", "👍🏽", "☺️", "1️⃣", "🏳️‍🌈", "می\u200cخواهم", "क्\u200dष", "葛\u{e0100}"],
  ...["é", "e\u0301", "判断", "שלום", "مرحبا", "ไทย", "점수", "\u00a0", "\ue0b0", "C:\\x1b"],
];

describe("visibleText", () => {
  it.each(HIDDEN)("shows %s", (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it.each(WRITTEN)("leaves %s as it is written", (text) => {
    expect(visibleText(text)).toBe(text);
  });

  it("is one line", () => {
    expect(visibleText("one\r\ntwo\n")).toBe("one\\r\\ntwo\\n");
  });

  it("shows every control, format, separator and surrogate character of Unicode", () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)) continue;
      const shown = visibleText(`x${character}`);
      expect(shown).not.toContain(character);
      expect(visibleText(shown)).toBe(shown);
    }
  });
});

describe("visibleLines", () => {
  it("keeps line ends, and nothing else that is not seen", () => {
    expect(visibleLines("one\r\ntwo\n\u001b[1m\r")).toBe("one\ntwo\n\\x1b[1m\\r");
  });
});

describe("visibleJson", () => {
  it.each([...HIDDEN.map(([, text]) => text), ...WRITTEN])("keeps the value of %j", (text) => {
    const json = visibleJson(`${JSON.stringify({ [text]: [text, "\n"] })}\n`);
    expect(JSON.parse(json)).toEqual({ [text]: [text, "\n"] });
    expect(visibleLines(json)).toBe(json);
  });
});
