import { LagerError } from "../../base/errors.ts";
import type { BackendSelection } from "./backend.ts";
import type { EngineOptions } from "./engine-options.ts";
import { type NativeJudge, nativeAddon, withCancelFlag } from "./native-addon.ts";

/**
 * Loads a GGUF on the devices that were chosen. What `onLoadProgress` throws ends the load and is
 * thrown on as it is.
 *
 * @throws LagerError as `JudgeEngine.load`.
 */
export async function loadNativeJudge(
  backend: BackendSelection,
  path: string,
  options: EngineOptions,
): Promise<NativeJudge> {
  const onGpu = backend.backend !== "CPU";
  const lora = options.lora ?? [];
  const thrown: unknown[] = [];
  // Its own signal: what ends this load must not end other jobs of the caller's.
  const stop = new AbortController();
  const signal =
    options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const native = await withCancelFlag(
    signal,
    (flag) =>
      nativeAddon().loadJudge(
        {
          path,
          devices: onGpu ? backend.devices.map((device) => device.name) : [],
          gpuLayers: onGpu ? (options.gpuLayers ?? -1) : 0,
          contextSize: options.contextSize ?? 0,
          batchSize: options.batchSize ?? 512,
          threads: options.threads ?? 0,
          flashAttention: options.fast ?? false,
          adapters: lora.map(({ path: file }) => file),
          adapterScales: Float64Array.from(lora, ({ scale }) => scale ?? 1),
          kvType: options.kvType ?? "f16",
          parallel: options.parallel === "auto" ? 0 : requireParallel(options.parallel ?? 1),
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

/** The native side knows 0 as `auto`, which here has a name. */
function requireParallel(parallel: number): number {
  if (Number.isInteger(parallel) && parallel >= 1) return parallel;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `parallel is "auto" or a whole number from 1 on, not ${String(parallel)}`,
  );
}
