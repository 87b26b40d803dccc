import type { NativeAddon } from "../addon/boundary.ts";
import { fromNativeError } from "../addon/native-call.ts";
import { selectBackend } from "./backend.ts";

/**
 * Writes a GGUF anew with another type of weights (`F32`, `F16`, `BF16`, `Q8_0`, …). It cannot be
 * stopped half-way.
 *
 * @throws LagerError `INVALID_ARGUMENT`, `INVALID_GGUF`, `UNSUPPORTED_JUDGE`, `ADDON_UNAVAILABLE`,
 *   `ENGINE_CRASHED`.
 */
export async function rewriteWeights(
  addon: NativeAddon,
  input: string,
  output: string,
  type: string,
): Promise<void> {
  // Sets llama.cpp up: its log goes nowhere from here on.
  await selectBackend(addon, "off");
  try {
    await addon.rewriteWeights(input, output, type);
  } catch (error) {
    throw fromNativeError(error);
  }
}
