import { describe, expect, it } from "vitest";
import { withLongIntegersAsTexts } from "../../../src/input/dataset/long-integers.ts";

describe("whole numbers beyond 2^53", () => {
  it.each([
    ['{"id":9007199254740993}', '{"id":"9007199254740993"}'],
    ["[-12345678901234567890, 1]", '["-12345678901234567890", 1]'],
    ["12345678901234567890", '"12345678901234567890"'],
  ])("become texts: %s", (json, expected) => {
    expect(withLongIntegersAsTexts(json)).toBe(expected);
  });

  it.each([
    '{"id":9007199254740991, "x": 1}',
    '{"a":"id 12345678901234567890 \\" 12345678901234567890"}',
    '{"12345678901234567890": "\\\\"}',
    '{"p":0.12345678901234567890, "q":1.2345678901234567890e-5, "r":12345678901234567890e3}',
  ])("nothing else does: %s", (json) => {
    expect(withLongIntegersAsTexts(json)).toBe(json);
  });
});
