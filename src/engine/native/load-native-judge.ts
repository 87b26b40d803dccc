import { availableParallelism, freemem } from "node:os";
import { LagerError } from "../../base/errors.ts";
import type { NativeAddon, NativeJudge, NativeLoadRequest } from "../addon/boundary.ts";
import { withCancelFlag } from "../addon/native-call.ts";
import type { BackendSelection } from "./backend.ts";
import { type EngineOptions, nativeSettings } from "./engine-options.ts";

/** More threads than processors wait for each other at every barrier of a graph, and stand nearly still. */
function requireThreads(threads: number | undefined): void {
  const most = Math.max(2, availableParallelism());
  if (threads === undefined || threads <= most) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `threads must be a whole number from 1 to ${most} here, the number of processors: more than that ` +
      `would wait for each other, and ${threads} are asked for`,
  );
}

/** How much main memory a judge may take. Where layers are on a GPU, how much of it that is depends on them. */
function memoryBound(
  { memoryLimit }: EngineOptions,
  onGpu: boolean,
): Pick<NativeLoadRequest, "memory" | "memoryIs"> {
  if (memoryLimit !== undefined) {
    if (!Number.isSafeInteger(memoryLimit) || memoryLimit < 1) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `memoryLimit is a whole number of bytes from 1 on, not ${String(memoryLimit)}`,
      );
    }
    return { memory: memoryLimit, memoryIs: "the memory limit" };
  }
  if (onGpu) return { memory: 0, memoryIs: "" };
  // In a container its own bound counts, of which Node gives the whole and not what is left.
  const memory = Math.min(freemem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return { memory, memoryIs: "what is free" };
}

/**
 * Loads a GGUF on the devices that were chosen. What `onLoadProgress` throws ends the load and is
 * thrown on as it is.
 *
 * @throws LagerError as `JudgeEngine.load`.
 */
export async function loadNativeJudge(
  addon: NativeAddon,
  backend: BackendSelection,
  path: string,
  options: EngineOptions,
): Promise<NativeJudge> {
  requireThreads(options.threads);
  const onGpu = backend.backend !== "CPU";
  const settings = nativeSettings(options);
  const lora = options.lora ?? [];
  const thrown: unknown[] = [];
  // Its own signal: what ends this load must not end other jobs of the caller's.
  const stop = new AbortController();
  const signal =
    options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const { fast, ...others } = settings;
  const native = await withCancelFlag(
    addon,
    signal,
    (flag) =>
      addon.loadJudge(
        {
          path,
          devices: onGpu ? backend.devices.map((device) => device.name) : [],
          ...others,
          gpuLayers: onGpu ? settings.gpuLayers : 0,
          flashAttention: fast,
          ...memoryBound(options, onGpu),
          adapters: lora.map(({ path: file }) => file),
          adapterScales: Float64Array.from(lora, ({ scale }) => scale ?? 1),
        },
        flag,
        (share) => {
          try {
            options.onLoadProgress?.(share);
          } catch (error) {
            thrown.push(error);
            stop.abort(error);
          }
        },
      ),
    `the judge ${path} cannot be used`,
  ).catch((error: unknown) => {
    throw thrown.length > 0 ? thrown[0] : error;
  });
  if (thrown.length > 0) {
    await native.dispose();
    throw thrown[0];
  }
  return native;
}
