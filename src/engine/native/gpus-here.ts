import { existsSync } from "node:fs";
import path from "node:path";

/** Backends whose plugins come in packages of their own, the better one first. */
export const PLUGIN_BACKENDS = ["cuda", "vulkan"] as const;
export type PluginBackend = (typeof PLUGIN_BACKENDS)[number];

/** A machine as it is looked at. */
export interface LookedAt {
  /** Default: this one's. */
  readonly platform?: NodeJS.Platform;
  /** Whether a file is there. */
  readonly exists?: (file: string) => boolean;
}

const SYSTEM_ROOT = process.env.SystemRoot ?? "C:\\Windows";

/** Files of a GPU's driver, one of which is there where the driver is. */
const SIGNS: Readonly<
  Partial<Record<NodeJS.Platform, Readonly<Record<PluginBackend, readonly string[]>>>>
> = {
  linux: {
    // The last is that of Windows' subsystem for Linux.
    cuda: ["/dev/nvidiactl", "/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1"],
    vulkan: Array.from({ length: 8 }, (_, i) => `/dev/dri/renderD${128 + i}`),
  },
  win32: {
    cuda: [path.win32.join(SYSTEM_ROOT, "System32", "nvcuda.dll")],
    vulkan: [path.win32.join(SYSTEM_ROOT, "System32", "vulkan-1.dll")],
  },
};

/**
 * Backends that a GPU of this machine may be driven by, as far as its driver's files tell. Nothing is
 * loaded; on a Mac there is nothing to tell, as Metal needs no plugin.
 */
export function gpusHere({
  platform = process.platform,
  exists = existsSync,
}: LookedAt = {}): PluginBackend[] {
  const signs = SIGNS[platform];
  if (signs === undefined) return [];
  return PLUGIN_BACKENDS.filter((backend) => signs[backend].some(exists));
}
