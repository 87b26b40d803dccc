import { mkdir, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import type { LibraryPlace } from "../../../src/base/library-folder.ts";
import {
  namedPlugin,
  packagedPlugins,
  pluginCommand,
} from "../../../src/engine/native/plugin-files.ts";
import { scratchFolder } from "../../support/scratch.ts";

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

/** An application with lager-judge in its node_modules, and what package managers do with the plugins. */
async function application(platform = "linux-x64") {
  const modules = path.join(await realpath(await scratchFolder()), "app.asar", "node_modules");
  const packageJson = path.join(modules, "lager-judge", "package.json");
  const names = ["linux-x64-cuda", "linux-x64-cuda-ext", "linux-x64-vulkan", "win-x64-vulkan"];
  const peers = names.map((name) => [`@node-llama-cpp/${name}`, "1.2.3"]);
  await write(packageJson, JSON.stringify({ peerDependencies: Object.fromEntries(peers) }));
  const place: LibraryPlace = { packageJson, platform };
  return {
    place,
    modules,
    /** A package with a plugin; Electron keeps what is native beside its archive. */
    async add(name: string, file: string, under = modules): Promise<string> {
      const folder = path.join(under, "@node-llama-cpp", name);
      const description = { name: `@node-llama-cpp/${name}`, exports: { ".": "./dist/index.js" } };
      await write(path.join(folder, "package.json"), JSON.stringify(description));
      await write(path.join(folder, "dist/index.js"), "");
      const plugin = path.join(folder.replace("app.asar", "app.asar.unpacked"), "bins", file);
      await write(plugin, "");
      return plugin;
    },
  };
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

it("a plugin's package is found beside this one, and unpacked from Electron's archive", async () => {
  const { place, add } = await application();
  const vulkan = await add("linux-x64-vulkan", "linux-x64-vulkan/libggml-vulkan.so");
  expect(packagedPlugins("vulkan", place)).toEqual([vulkan]);
  expect(pluginCommand("vulkan", place)).toBeUndefined();
});

it("a plugin's package is found where node-llama-cpp alone can see it", async () => {
  const { place, modules, add } = await application();
  const whole = path.join(modules, "node-llama-cpp");
  await write(path.join(whole, "package.json"), JSON.stringify({ main: "index.js" }));
  await write(path.join(whole, "index.js"), "");
  const own = path.join(whole, "node_modules");
  const cuda = await add("linux-x64-cuda", "linux-x64-cuda/libggml-cuda.so", own);
  expect(packagedPlugins("cuda", place)).toEqual([cuda]);
});

// Each asks once alone: Node remembers of a package that it is not there.
it("what is missing of a backend is installed by one command", async () => {
  const { place } = await application();
  const command = "npm install @node-llama-cpp/linux-x64-cuda@1.2.3";
  expect(pluginCommand("cuda", place)).toBe(command);
  expect(() => packagedPlugins("cuda", place)).toThrow(
    `package @node-llama-cpp/linux-x64-cuda is not installed; install it with \`${command}\``,
  );
});

it("CUDA's plugin for the older toolkit comes last, and is missing last", async () => {
  const newer = ["linux-x64-cuda", "linux-x64-cuda/libggml-cuda.so"] as const;
  const { place, add } = await application();
  await add(...newer);
  expect(pluginCommand("cuda", place)).toBe("npm install @node-llama-cpp/linux-x64-cuda-ext@1.2.3");
  const both = await application();
  const first = await both.add(...newer);
  const last = await both.add("linux-x64-cuda-ext", "linux-x64-cuda/fallback/libggml-cuda.so");
  expect(packagedPlugins("cuda", both.place)).toEqual([first, last]);
  expect(pluginCommand("cuda", both.place)).toBeUndefined();
});

it("a plugin is another file and another package on Windows", async () => {
  const { place } = await application("win32-x64");
  expect(pluginCommand("vulkan", place)).toBe("npm install @node-llama-cpp/win-x64-vulkan@1.2.3");
  const has = await application("win32-x64");
  const vulkan = await has.add("win-x64-vulkan", "win-x64-vulkan/ggml-vulkan.dll");
  expect(packagedPlugins("vulkan", has.place)).toEqual([vulkan]);
});

it("a platform without a plugin's package is told so", async () => {
  const { place } = await application("linux-arm64");
  expect(pluginCommand("cuda", place)).toBeUndefined();
  expect(() => packagedPlugins("cuda", place)).toThrow(/linux-arm64-cuda is .* no such package/);
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
