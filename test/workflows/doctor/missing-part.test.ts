import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import type { LibraryPlace } from "../../../src/base/library-folder.ts";
import { type MissingSearch, missingPart } from "../../../src/workflows/doctor/missing-part.ts";
import { scratchFolder } from "../../support/scratch.ts";

/** Where lager-judge is installed without any package that is native. */
async function bare(platform = "linux-x64"): Promise<LibraryPlace> {
  const packageJson = path.join(await scratchFolder(), "node_modules/lager-judge/package.json");
  await mkdir(path.dirname(packageJson), { recursive: true });
  const manifest = {
    optionalDependencies: { "@lager-judge/linux-x64": "1.0.0" },
    peerDependencies: {
      "@node-llama-cpp/linux-x64-cuda": "2.0.0",
      "@node-llama-cpp/linux-x64-vulkan": "2.0.0",
    },
  };
  await writeFile(packageJson, JSON.stringify(manifest));
  return { packageJson, platform };
}

const SEARCH: MissingSearch = { gpu: "auto", problems: [], usesGpu: false, gpus: [] };
const NO_ADDON = new LagerError("ADDON_UNAVAILABLE", "it is not here");
const NO_BACKEND = new LagerError("BACKEND_UNAVAILABLE", "it is not here");

it("nothing is missing on a machine without a GPU, nor where one is used", async () => {
  const place = await bare();
  expect(missingPart({ ...SEARCH, place })).toBeNull();
  expect(missingPart({ ...SEARCH, place, gpus: ["cuda"], usesGpu: true })).toBeNull();
  expect(missingPart({ ...SEARCH, place, gpus: ["cuda"], gpu: "off" })).toBeNull();
});

it("the addon comes first, whatever else is missing", async () => {
  const search: MissingSearch = { ...SEARCH, problems: [NO_ADDON], gpus: ["cuda"] };
  const command = "npm install @lager-judge/linux-x64@1.0.0";
  expect(missingPart({ ...search, place: await bare() })).toEqual({
    what: "the native addon",
    command,
  });
  expect(missingPart({ ...search, place: await bare("linux-s390x") })).toBeNull();
});

it("a GPU that stands idle is named with its plugin, the faster backend first", async () => {
  const place = await bare();
  expect(missingPart({ ...SEARCH, place, gpus: ["cuda", "vulkan"] })).toEqual({
    what: "the plugin for cuda (an NVIDIA driver is here)",
    command: "npm install @node-llama-cpp/linux-x64-cuda@2.0.0",
  });
  expect(missingPart({ ...SEARCH, place, gpus: ["vulkan"] })).toEqual({
    what: "the plugin for vulkan (a GPU is here)",
    command: "npm install @node-llama-cpp/linux-x64-vulkan@2.0.0",
  });
  expect(missingPart({ ...SEARCH, place: await bare("linux-arm64"), gpus: ["cuda"] })).toBeNull();
});

it("a GPU that was asked for gets its own plugin, seen or not", async () => {
  const place = await bare();
  const search: MissingSearch = { ...SEARCH, place, problems: [NO_BACKEND], gpus: ["cuda"] };
  expect(missingPart({ ...search, gpu: "vulkan" })).toEqual({
    what: "the plugin for vulkan",
    command: "npm install @node-llama-cpp/linux-x64-vulkan@2.0.0",
  });
  expect(missingPart({ ...search, gpu: "metal" })).toBeNull();
});
