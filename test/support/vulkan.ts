import { LagerError } from "../../src/base/errors.ts";
import { nativeAddon } from "../../src/engine/addon/load-addon.ts";
import { selectBackend } from "../../src/engine/native/backend.ts";

/**
 * Makes ggml take the first Vulkan device, be it one in software: it leaves those out unless they are
 * named. ggml reads it when its plugin is loaded, in this process or in one started with it.
 */
export const VULKAN_ENV = {
  GGML_VK_VISIBLE_DEVICES: process.env.GGML_VK_VISIBLE_DEVICES ?? "0",
};

/** Why Vulkan cannot be tested here, said aloud; undefined when it can. Loads the plugin. */
export async function vulkanProblem(): Promise<string | undefined> {
  Object.assign(process.env, VULKAN_ENV);
  try {
    await selectBackend(nativeAddon(), "vulkan");
    return undefined;
  } catch (error) {
    if (!(error instanceof LagerError) || error.code !== "BACKEND_UNAVAILABLE") throw error;
    const problem = `NOT TESTED: the GPU path, for want of a Vulkan device (${error.message}); Debian's mesa-vulkan-drivers has one in software`;
    process.stderr.write(`\n${problem}\n`);
    return problem;
  }
}
