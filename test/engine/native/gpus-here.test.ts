import { expect, it } from "vitest";
import { gpusHere } from "../../../src/engine/native/gpus-here.ts";

/** Backends of a machine that has these files. */
function onMachine(platform: NodeJS.Platform, ...files: string[]) {
  return gpusHere({ platform, exists: (file) => files.some((end) => file.endsWith(end)) });
}

it("an NVIDIA driver is seen by its device or its version, in Windows' Linux by its library", () => {
  for (const file of ["/dev/nvidiactl", "/proc/driver/nvidia/version", "/wsl/lib/libcuda.so.1"]) {
    expect(onMachine("linux", file)).toEqual(["cuda"]);
  }
  expect(onMachine("win32", "nvcuda.dll")).toEqual(["cuda"]);
});

it("a GPU that Vulkan may drive is seen by its device, and comes after CUDA", () => {
  expect(onMachine("linux", "/dev/dri/renderD129")).toEqual(["vulkan"]);
  expect(onMachine("linux", "/dev/dri/renderD128", "/dev/nvidiactl")).toEqual(["cuda", "vulkan"]);
  expect(onMachine("win32", "vulkan-1.dll")).toEqual(["vulkan"]);
});

it("there is none on a machine without such files, and nothing to tell on a Mac", () => {
  expect(onMachine("linux", "/dev/dri/card0")).toEqual([]);
  expect(onMachine("darwin", "")).toEqual([]);
});
