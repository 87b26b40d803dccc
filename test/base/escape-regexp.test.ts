import { expect, it } from "vitest";
import { escapeRegExp } from "../../src/base/escape-regexp.ts";

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");

it.each(["", "i", "u", "iu"])(
  "matches every printable character to the letter, flags %j",
  (flags) => {
    const whole = new RegExp(`^${escapeRegExp(ASCII)}$`, flags);
    expect(whole.test(ASCII)).toBe(true);
    for (const character of ASCII) {
      const found = [...ASCII.matchAll(new RegExp(escapeRegExp(character), `${flags}g`))];
      const isSame = (text: string) =>
        flags.includes("i") ? text.toLowerCase() === character.toLowerCase() : text === character;
      expect(found.length).toBe([...ASCII].filter(isSame).length);
      expect(found.every(([text]) => isSame(text))).toBe(true);
    }
  },
);

it("matches to the letter inside a character class, a hyphen and a caret too", () => {
  const one = new RegExp(`^[${escapeRegExp("^a-c]")}]$`, "u");
  expect([..."^a-c]"].every((character) => one.test(character))).toBe(true);
  expect(one.test("b")).toBe(false);
});
