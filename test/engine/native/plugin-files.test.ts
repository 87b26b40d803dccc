import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import { namedPlugin, packagedPlugins } from "../../../src/engine/native/plugin-files.ts";

function nameAPlugin(file: string): void {
  const before = process.env.LAGER_GPU_PLUGIN;
  process.env.LAGER_GPU_PLUGIN = file;
  onTestFinished(() => {
    if (before === undefined) delete process.env.LAGER_GPU_PLUGIN;
    else process.env.LAGER_GPU_PLUGIN = before;
  });
}

it("a plugin that is named counts for the backend in its name alone", () => {
  nameAPlugin("built/libggml-Vulkan.so");
  expect(namedPlugin("vulkan")).toBe(path.resolve("built/libggml-Vulkan.so"));
  expect(namedPlugin("cuda")).toBeUndefined();
});

it("a folder's name says nothing", () => {
  nameAPlugin("/opt/vulkan/libggml-cuda.so");
  expect(namedPlugin("vulkan")).toBeUndefined();
  expect(namedPlugin("cuda")).toBe("/opt/vulkan/libggml-cuda.so");
});

it("a backend without a package is unavailable, and the error names the package", () => {
  expect(() => packagedPlugins("abacus")).toThrow(LagerError);
  expect(() => packagedPlugins("abacus")).toThrow(/@node-llama-cpp\/.*-abacus is not installed/);
});

it.runIf(process.platform === "linux" && process.arch === "x64")(
  "of CUDA's plugins the one for the newer toolkit comes first",
  () => {
    const [newer, older] = packagedPlugins("cuda");
    expect(newer).toMatch(/linux-x64-cuda\/bins\/linux-x64-cuda\/libggml-cuda\.so$/);
    expect(older).toMatch(/linux-x64-cuda-ext\/bins\/.*\/fallback\/libggml-cuda\.so$/);
  },
);
