import { expect, it } from "vitest";
import { textOf } from "../../src/adapters/texts.ts";

it.each([
  ["a text", "as it is", "as it is"],
  ["nothing", undefined, ""],
  ["null", null, ""],
  ["an object", { answer: 4 }, '{"answer":4}'],
  ["a list", [1, 2], "[1,2]"],
  ["an empty list", [], "[]"],
  ["a number", 4, "4"],
  ["a symbol, which JSON has not", Symbol("x"), "Symbol(x)"],
  [
    "chat messages",
    [
      { role: "user", content: "2 + 2?" },
      { role: "assistant", content: [{ type: "text", text: "4" }] },
    ],
    'user: 2 + 2?\nassistant: [{"type":"text","text":"4"}]',
  ],
])("%s becomes a text", (_, value, text) => {
  expect(textOf(value)).toBe(text);
});
