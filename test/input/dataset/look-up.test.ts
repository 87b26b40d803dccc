import { describe, expect, it } from "vitest";
import { lookUp } from "../../../src/input/dataset/look-up.ts";

describe("lookUp", () => {
  it.each<[string, unknown, string, unknown]>([
    ["a key", { a: 1 }, "a", 1],
    ["a path", { a: { b: { c: 1 } } }, "a.b.c", 1],
    ["a key that holds dots", { "a.b": 1 }, "a.b", 1],
    ["such a key first", { "a.b": 1, a: { b: 2 } }, "a.b", 1],
    ["such a key within a path", { a: { "b.c": { d: 1 } } }, "a.b.c.d", 1],
    ["the longer key where the shorter one leads nowhere", { a: {}, "a.b": { c: 1 } }, "a.b.c", 1],
    ["an element of a list", { a: [5, { b: 6 }] }, "a.1.b", 6],
    ["null", { a: null }, "a", null],
  ])("finds %s", (_, value, path, found) => {
    expect(lookUp(value, path)).toEqual(found);
  });

  it.each<[string, unknown, string]>([
    ["a key that is not there", { a: 1 }, "b"],
    ["within a text", { a: "text" }, "a.length"],
    ["the length of a list", { a: [1, 2] }, "a.length"],
    ["beyond a list", { a: [1] }, "a.1"],
    ["inherited properties", {}, "constructor"],
    ["inherited properties on the way", { a: {} }, "a.__proto__.toString"],
    ["anything in null", null, "a"],
  ])("does not find %s", (_, value, path) => {
    expect(lookUp(value, path)).toBeUndefined();
  });
});
