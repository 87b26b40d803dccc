import { type ErrorCode, LagerError, requireOneOf } from "../../base/errors.ts";
import { libraryFolder } from "../../base/library-folder.ts";
import type {
  NativeAddon,
  NativeBackends,
  NativeDevice,
  NativeKernels,
} from "../addon/boundary.ts";
import { fromNativeError } from "../addon/native-call.ts";
import { type EngineSettings, GPU_CHOICES, type GpuChoice } from "./engine-options.ts";
import { PLUGIN_BACKENDS } from "./gpus-here.ts";
import { namedPlugin, packagedPlugins } from "./plugin-files.ts";

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
  readonly cpuKernels: NativeKernels;
  /** One sentence for a person. */
  readonly reason: string;
  /**
   * Plugins that `LAGER_GPU_PLUGIN` names and that do not work, and those that end the process, in
   * clauses. The packages' own are not among them otherwise: without a driver they cannot load, and
   * that is how most machines are.
   */
  readonly brokenPlugins?: readonly string[];
}

/**
 * Devices that only imitate a GPU on the processor, by what their drivers call them: Mesa's
 * llvmpipe, Google's SwiftShader, Microsoft's WARP. Good for tests, and far slower than the CPU.
 */
const SOFTWARE_DEVICE = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|\bwarp\b/i;

/** What a backend fails with that is passed over: a driver may also end the process that loads it. */
const NOT_USABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BACKEND_UNAVAILABLE",
  "ENGINE_CRASHED",
]);

type GpuBackend = Exclude<GpuChoice, "auto" | "off">;

/** ggml's own names of the backends, as its devices give them. */
const BACKEND_NAMES: Record<GpuBackend, readonly string[]> = {
  cuda: ["CUDA"],
  vulkan: ["Vulkan"],
  metal: ["MTL", "Metal"],
};

/** What else bears on the choice of devices. */
export type BackendOptions = Pick<EngineSettings, "gpuLayers" | "verbose">;

/**
 * Loads ggml's plugins and picks the devices for `gpu`: the first of {@link candidateBackends}.
 *
 * @throws LagerError `INVALID_ARGUMENT`, `BACKEND_UNAVAILABLE`, `ADDON_UNAVAILABLE`.
 */
export async function selectBackend(
  addon: NativeAddon,
  gpu: GpuChoice,
  options: BackendOptions = {},
): Promise<BackendSelection> {
  for await (const candidate of candidateBackends(addon, gpu, options)) return candidate;
  throw new LagerError("INTERNAL", "there is no backend to choose from");
}

/**
 * The backends that `gpu` allows and that have a device here, the best first; a plugin is loaded when
 * its turn comes.
 *
 * @param gpu - a named backend is the only one, be it in software, or it is an error; `auto` goes
 *   through all that there are and ends with the CPU. It never fails for want of a GPU, and picks no
 *   software device.
 * @throws LagerError as {@link selectBackend}.
 */
export async function* candidateBackends(
  addon: NativeAddon,
  gpu: GpuChoice,
  { gpuLayers, verbose = false }: BackendOptions = {},
): AsyncGenerator<BackendSelection> {
  requireOneOf("gpu", gpu, GPU_CHOICES);
  if (gpu === "off" || gpuLayers === 0) {
    const what = gpu === "off" ? "no GPU was" : "no layers on a GPU were";
    yield onCpu(await initialize(addon, [], verbose), `${what} asked for`);
    return;
  }
  if (gpu !== "auto") {
    yield onGpu(gpu, await withPlugin(addon, gpu, verbose));
    return;
  }

  const reasons: string[] = [];
  const brokenPlugins: string[] = [];
  for (const candidate of process.platform === "darwin" ? (["metal"] as const) : PLUGIN_BACKENDS) {
    try {
      const backends = withoutSoftware(candidate, await withPlugin(addon, candidate, verbose));
      yield { ...onGpu(candidate, backends), brokenPlugins };
      reasons.push(`${candidate}: it was tried`);
    } catch (error) {
      if (!(error instanceof LagerError) || !NOT_USABLE.has(error.code)) throw error;
      reasons.push(`${candidate}: ${error.message}`);
      const isBroken = error.code === "ENGINE_CRASHED" || error instanceof NamedPluginError;
      if (isBroken) brokenPlugins.push(error.message);
    }
  }
  const reason = `no GPU can be used (${reasons.join("; ")})`;
  yield { ...onCpu(await initialize(addon, [], verbose), reason), brokenPlugins };
}

/** Leaves out the devices that imitate a GPU. */
export function withoutSoftware(gpu: GpuBackend, backends: NativeBackends): NativeBackends {
  const isSoftware = ({ description }: NativeDevice) => SOFTWARE_DEVICE.test(description);
  const devices = backends.devices.filter((device) => !device.gpu || !isSoftware(device));
  const left = devices.some((device) => BACKEND_NAMES[gpu].includes(device.backend));
  const software = backends.devices.filter((device) => device.gpu && isSoftware(device));
  if (!left && software.length > 0) {
    const names = software.map(({ description }) => description).join(", ");
    throw new LagerError(
      "BACKEND_UNAVAILABLE",
      `it has only a software device (${names}), which is slower than the CPU itself; --gpu ${gpu} uses it all the same`,
    );
  }
  return { ...backends, devices };
}

function onCpu(backends: NativeBackends, reason: string): BackendSelection {
  const devices = backends.devices.filter((device) => device.backend === "CPU");
  return { ...backends, backend: "CPU", devices, reason };
}

function onGpu(gpu: GpuBackend, backends: NativeBackends): BackendSelection {
  const all = backends.devices.filter((device) => BACKEND_NAMES[gpu].includes(device.backend));
  // Layers on an integrated GPU would hold up those on a card of its own.
  const discrete = all.filter((device) => !device.integrated);
  const devices = discrete.length > 0 ? discrete : all;
  const first = devices[0];
  if (first === undefined) {
    throw new LagerError("BACKEND_UNAVAILABLE", `ggml found no ${gpu} device`);
  }
  const names = devices.map((device) => device.description).join(", ");
  return { ...backends, backend: first.backend, devices, reason: `${gpu} works on ${names}` };
}

/** The plugin is either built in or beside the addon (built from source), or comes with a package. */
async function withPlugin(
  addon: NativeAddon,
  gpu: GpuBackend,
  verbose: boolean,
): Promise<NativeBackends> {
  const backends = await initialize(addon, [], verbose);
  if (backends.devices.some((device) => BACKEND_NAMES[gpu].includes(device.backend))) {
    return backends;
  }
  const named = namedPlugin(gpu);
  const failures: LagerError[] = [];
  for (const plugin of named === undefined ? packagedPlugins(gpu) : [named]) {
    try {
      return await initialize(addon, [plugin], verbose);
    } catch (error) {
      if (!(error instanceof LagerError) || error.code !== "BACKEND_UNAVAILABLE") throw error;
      failures.push(error);
    }
  }
  const message = failures.map((failure) => failure.message).join("; ");
  const Failure = named === undefined ? LagerError : NamedPluginError;
  throw new Failure("BACKEND_UNAVAILABLE", message, { cause: failures[0] });
}

/** A plugin that somebody asked for by name and that cannot be used. */
class NamedPluginError extends LagerError {}

async function initialize(
  addon: NativeAddon,
  plugins: readonly string[],
  verbose: boolean,
): Promise<NativeBackends> {
  const libraries = libraryFolder();
  try {
    return await addon.initialize(libraries, plugins, verbose);
  } catch (error) {
    throw fromNativeError(error);
  }
}
