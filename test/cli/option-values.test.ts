import { describe, expect, it } from "vitest";
import { addAdapter, byteSize, duration, shardChoice } from "../../src/cli/option-values.ts";

describe("--lora", () => {
  it.each([
    ["a.gguf", { path: "a.gguf" }],
    ["a.gguf:0.5", { path: "a.gguf", scale: 0.5 }],
    ["dir/a.gguf:-2", { path: "dir/a.gguf", scale: -2 }],
    ["a.gguf:1e-2", { path: "a.gguf", scale: 0.01 }],
    ["C:\\models\\a.gguf", { path: "C:\\models\\a.gguf" }],
    ["C:\\models\\a.gguf:.25", { path: "C:\\models\\a.gguf", scale: 0.25 }],
    ["a:b.gguf", { path: "a:b.gguf" }],
  ])("%s", (text, adapter) => {
    expect(addAdapter(text)).toEqual([adapter]);
  });

  it("given again, adds to those before", () => {
    expect(addAdapter("b.gguf:2", addAdapter("a.gguf"))).toEqual([
      { path: "a.gguf" },
      { path: "b.gguf", scale: 2 },
    ]);
  });

  it.each(["a.gguf:0", "a.gguf:0.0", "a.gguf:1e-60"])("%s changes nothing: refused", (text) => {
    expect(() => addAdapter(text)).toThrow(/must not be 0/);
  });
});

describe("--shard", () => {
  it.each([
    ["0", { number: 0, of: null }],
    ["12", { number: 12, of: null }],
    ["0/1", { number: 0, of: 1 }],
    ["3/40", { number: 3, of: 40 }],
  ])("%s", (text, choice) => {
    expect(shardChoice(text)).toEqual(choice);
  });

  it.each(["", "-1", "1.5", "1/1", "40/40", "1/0", "/3", "a/b"])("%s is none", (text) => {
    expect(() => shardChoice(text)).toThrow(/from 0 on/);
  });
});

describe("a length of time", () => {
  it.each([
    ["500ms", 500],
    ["60s", 60_000],
    ["60", 60_000],
    ["1.5 m", 90_000],
    ["1h", 3_600_000],
  ])("%s is so many milliseconds", (text, milliseconds) => {
    expect(duration(text)).toBe(milliseconds);
  });

  it.each(["", "s", "-1s", "1d", "1e3s"])("%s is none", (text) => {
    expect(() => duration(text)).toThrow(/length of time/);
  });
});

describe("a size", () => {
  it.each([
    ["1", 1],
    ["800MB", 800e6],
    ["4 gb", 4e9],
    ["1.5g", 1.5e9],
    ["2GiB", 2 ** 31],
  ])("%s is so many bytes", (text, bytes) => {
    expect(byteSize(text)).toBe(bytes);
  });

  it.each(["", "GB", "0", "-1GB", "4 parsecs", "1e9", "constructor", "99999999TB"])(
    "is not %j",
    (text) => {
      expect(() => byteSize(text)).toThrow("It is a size such as");
    },
  );
});
