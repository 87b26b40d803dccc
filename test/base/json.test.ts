import { describe, expect, it } from "vitest";
import { LagerError } from "../../src/base/errors.ts";
import {
  decodeUtf8,
  isFiniteNumber,
  isObject,
  ownValue,
  parseJson,
  sameJson,
} from "../../src/base/json.ts";

describe("isObject", () => {
  it("tells what has named fields from lists, null and everything else", () => {
    expect([{}, { a: 1 }, JSON.parse('{"__proto__": 1}')].every(isObject)).toBe(true);
    expect([null, undefined, [], "x", 1, true].some(isObject)).toBe(false);
  });
});

describe("isFiniteNumber", () => {
  it("takes only what JSON can hold as a number", () => {
    expect([0, -0, 1e-300].every(isFiniteNumber)).toBe(true);
    expect([Number.NaN, Number.POSITIVE_INFINITY, "1", null].some(isFiniteNumber)).toBe(false);
  });
});

describe("ownValue", () => {
  it("finds what an object holds itself, and nothing that every object inherits", () => {
    const object: Record<string, unknown> = JSON.parse('{"a": 1, "__proto__": 2}');
    expect(["a", "__proto__"].map((name) => ownValue(object, name))).toEqual([1, 2]);
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(ownValue({ a: 1 }, name)).toBeUndefined();
    }
  });
});

describe("sameJson", () => {
  it("does not take what every object inherits for a value", () => {
    expect(sameJson(JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 2}'))).toBe(false);
    expect(sameJson({}, JSON.parse('{"__proto__": {}}'))).toBe(false);
  });

  it.each([
    [
      { a: [1, { b: null }], c: "x" },
      { c: "x", a: [1, { b: null }] },
    ],
    [[], []],
    [Number.NaN, Number.NaN],
    [{ a: undefined }, {}],
  ])("finds %j and %j equal", (left, right) => {
    expect(sameJson(left, right)).toBe(true);
  });

  it.each([
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, undefined]],
    [[], {}],
    [{ a: null }, {}],
    [{ a: 1 }, { a: "1" }],
    [null, {}],
  ])("finds %j and %j different", (left, right) => {
    expect(sameJson(left, right)).toBe(false);
    expect(sameJson(right, left)).toBe(false);
  });
});

describe("decodeUtf8", () => {
  it("leaves a byte order mark out of every text, and refuses other encodings", () => {
    const marked = Buffer.from("\ufeffä\ufeff");
    for (let time = 0; time < 2; time++) expect(decodeUtf8(marked)).toBe("ä\ufeff");
    expect(() => decodeUtf8(Buffer.from("ä", "latin1"))).toThrow(TypeError);
    // What was refused leaves nothing behind.
    expect(decodeUtf8(Buffer.from("a"))).toBe("a");
  });
});

describe("parseJson", () => {
  const refuse = (reason: string, cause: unknown) =>
    new LagerError("INVALID_RUN", `not JSON: ${reason}`, { cause });

  it("reads a text and its bytes alike", () => {
    expect(parseJson('{"a": "ä"}', refuse)).toEqual({ a: "ä" });
    expect(parseJson(Buffer.from('{"a": "ä"}'), refuse)).toEqual({ a: "ä" });
  });

  it.each([
    ["text", "{", SyntaxError],
    ["bytes", Buffer.from('{"a"'), SyntaxError],
    ["bytes that are no UTF-8", Buffer.from('"ä"', "latin1"), TypeError],
  ])("throws the caller's error with the parser's reason for broken %s", (_, text, kind) => {
    expect(() => parseJson(text, refuse)).toThrow(
      expect.objectContaining({
        code: "INVALID_RUN",
        message: expect.stringMatching(/^not JSON: .+/),
        cause: expect.any(kind),
      }),
    );
  });
});
