import type { LagerError } from "../../base/errors.ts";
import { addonCommand, type LibraryPlace } from "../../base/library-folder.ts";
import type { GpuChoice } from "../../engine/native/engine-options.ts";
import { gpusHere, PLUGIN_BACKENDS, type PluginBackend } from "../../engine/native/gpus-here.ts";
import { pluginCommand } from "../../engine/native/plugin-files.ts";
import type { DoctorReport } from "./result.ts";

/** What was found, and where. */
export interface MissingSearch {
  readonly gpu: GpuChoice;
  readonly problems: readonly LagerError[];
  /** Whether layers of the judge would be on a GPU. */
  readonly usesGpu: boolean;
  /** Default: {@link gpusHere} of this machine. */
  readonly gpus?: readonly PluginBackend[];
  /** Default: this package, on this machine. */
  readonly place?: LibraryPlace;
}

const DRIVERS: Readonly<Record<PluginBackend, string>> = {
  cuda: "an NVIDIA driver",
  vulkan: "a GPU",
};

/**
 * What has to be installed here, and by which command: the addon, else the plugin of the GPU that was asked
 * for, else the plugin for a GPU that stands idle.
 *
 * @returns null where nothing is missing, or no package has it.
 */
export function missingPart({
  gpu,
  problems,
  usesGpu,
  gpus = gpusHere(),
  place = {},
}: MissingSearch): DoctorReport["missing"] {
  if (problems.some(({ code }) => code === "ADDON_UNAVAILABLE")) {
    const command = addonCommand(place);
    return command === undefined ? null : { what: "the native addon", command };
  }
  if (usesGpu) return null;
  const named = PLUGIN_BACKENDS.find((backend) => backend === gpu);
  if (named !== undefined) {
    const command = pluginCommand(named, place);
    return command === undefined ? null : { what: `the plugin for ${named}`, command };
  }
  if (gpu !== "auto") return null;
  for (const backend of gpus) {
    const command = pluginCommand(backend, place);
    if (command === undefined) continue;
    return { what: `the plugin for ${backend} (${DRIVERS[backend]} is here)`, command };
  }
  return null;
}
