import { describe, expect, it } from "vitest";
import { addAdapter } from "../../src/cli/option-values.ts";

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
