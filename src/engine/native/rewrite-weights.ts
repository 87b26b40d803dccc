import { selectBackend } from "./backend.ts";
import { fromNativeError, nativeAddon } from "./native-addon.ts";

/**
 * Writes a GGUF anew with another type of weights (`F32`, `F16`, `BF16`, `Q8_0`, …). It cannot be
 * stopped half-way.
 *
 * @throws LagerError `INVALID_ARGUMENT`, `INVALID_GGUF`, `UNSUPPORTED_JUDGE`, `ADDON_UNAVAILABLE`.
 */
export async function rewriteWeights(input: string, output: string, type: string): Promise<void> {
  // Sets llama.cpp up: its log goes nowhere from here on.
  await selectBackend("off");
  try {
    await nativeAddon().rewriteWeights(input, output, type);
  } catch (error) {
    throw fromNativeError(error);
  }
}
