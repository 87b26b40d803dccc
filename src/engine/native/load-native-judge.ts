import type { NativeAddon, NativeJudge } from "../addon/boundary.ts";
import { withCancelFlag } from "../addon/native-call.ts";
import type { BackendSelection } from "./backend.ts";
import { type EngineOptions, nativeSettings } from "./engine-options.ts";

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
