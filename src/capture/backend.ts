import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LagerError } from "../errors.ts";
import {
  fromNativeError,
  libraryDirectory,
  type NativeBackends,
  type NativeDevice,
  nativeAddon,
} from "./native-addon.ts";

/** Which devices may hold the judge. `auto`: the first GPU backend that works, else the CPU. */
export const GPU_CHOICES = ["auto", "off", "cuda", "vulkan", "metal"] as const;
export type GpuChoice = (typeof GPU_CHOICES)[number];

/** The devices that were chosen, and why. */
export interface BackendSelection {
  /** Version of llama.cpp. */
  readonly release: string;
  /** `CPU`, `CUDA`, `Vulkan` or `MTL`. */
  readonly backend: string;
  /** Devices that hold layers; the CPU when no GPU is used. */
  readonly devices: readonly NativeDevice[];
  /** Features of the CPU kernels in use, which the bits depend on. */
  readonly cpuFeatures: string;
  /** One sentence for a person. */
  readonly reason: string;
}

type GpuBackend = Exclude<GpuChoice, "auto" | "off">;

/** ggml's own names of the backends, as its devices give them. */
const BACKEND_NAMES: Record<GpuBackend, readonly string[]> = {
  cuda: ["CUDA"],
  vulkan: ["Vulkan"],
  metal: ["MTL", "Metal"],
};

/**
 * Loads ggml's plugins and picks the devices for `gpu`.
 *
 * @param gpu - a named backend is used or it is an error; `auto` never fails for want of a GPU.
 * @throws LagerError `BACKEND_UNAVAILABLE`, `ADDON_UNAVAILABLE`.
 */
export async function selectBackend(gpu: GpuChoice, verbose: boolean): Promise<BackendSelection> {
  if (gpu === "off") return onCpu(await initialize([], verbose), "no GPU was asked for");
  if (gpu !== "auto") return onGpu(gpu, await withPlugin(gpu, verbose));

  const reasons: string[] = [];
  for (const candidate of process.platform === "darwin"
    ? (["metal"] as const)
    : (["cuda", "vulkan"] as const)) {
    try {
      return onGpu(candidate, await withPlugin(candidate, verbose));
    } catch (error) {
      if (!(error instanceof LagerError) || error.code !== "BACKEND_UNAVAILABLE") throw error;
      reasons.push(`${candidate}: ${error.message}`);
    }
  }
  return onCpu(await initialize([], verbose), `no GPU can be used (${reasons.join("; ")})`);
}

function onCpu(backends: NativeBackends, reason: string): BackendSelection {
  const devices = backends.devices.filter((device) => device.backend === "CPU");
  return { ...backends, backend: "CPU", devices, reason };
}

function onGpu(gpu: GpuBackend, backends: NativeBackends): BackendSelection {
  const devices = backends.devices.filter((device) => BACKEND_NAMES[gpu].includes(device.backend));
  const first = devices[0];
  if (first === undefined) {
    throw new LagerError("BACKEND_UNAVAILABLE", `ggml found no ${gpu} device`);
  }
  const names = devices.map((device) => device.description).join(", ");
  return { ...backends, backend: first.backend, devices, reason: `${gpu} works on ${names}` };
}

/** The plugin is either built in or beside the addon (built from source), or comes with a package. */
async function withPlugin(gpu: GpuBackend, verbose: boolean): Promise<NativeBackends> {
  const backends = await initialize([], verbose);
  if (backends.devices.some((device) => BACKEND_NAMES[gpu].includes(device.backend))) {
    return backends;
  }
  return initialize([pluginPath(gpu)], verbose);
}

function pluginPath(gpu: GpuBackend): string {
  const platform = { linux: "linux", win32: "win", darwin: "mac" }[process.platform as string];
  const name = `${platform}-${process.arch}-${gpu}`;
  const file = process.platform === "win32" ? `ggml-${gpu}.dll` : `libggml-${gpu}.so`;
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    const candidate = path.join(folder, "@node-llama-cpp", name, "bins", name, file);
    if (existsSync(candidate)) return candidate;
  }
  throw new LagerError("BACKEND_UNAVAILABLE", `package @node-llama-cpp/${name} is not installed`);
}

async function initialize(plugins: readonly string[], verbose: boolean): Promise<NativeBackends> {
  try {
    return await nativeAddon().initialize(libraryDirectory, plugins, verbose);
  } catch (error) {
    throw fromNativeError(error);
  }
}
