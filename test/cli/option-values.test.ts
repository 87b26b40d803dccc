import { describe, expect, it } from "vitest";
import { addAdapter, byteSize } from "../../src/cli/option-values.ts";

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
