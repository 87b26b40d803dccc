import { describe, expect, it } from "vitest";
import { isFiniteNumber, isObject, sameJson } from "../../src/base/json.ts";

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

describe("sameJson", () => {
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
