import { createRequire } from "node:module";
import { errorMessage, isErrorCode, LagerError, throwIfAborted } from "../../base/errors.ts";
import { LIBRARY_FOLDER } from "../../base/package-paths.ts";
import type { NativeSettings } from "./engine-options.ts";

/** A flag owned by native code that a running job looks at. */
export type NativeCancelFlag = { readonly brand: unique symbol };

/** A device that ggml can compute on. Sizes in bytes. */
export interface NativeDevice {
  readonly name: string;
  readonly description: string;
  /** Name of the ggml backend that drives it: `CPU`, `Vulkan`, `CUDA`, `MTL`. */
  readonly backend: string;
  readonly gpu: boolean;
  /** A GPU that shares the processor's memory. */
  readonly integrated: boolean;
  readonly memoryFree: number;
  readonly memoryTotal: number;
}

/** What `initialize` reports. */
export interface NativeBackends {
  /** Version of the linked llama.cpp. */
  readonly release: string;
  /** Features of the CPU plugin that was chosen for this processor, separated by blanks. */
  readonly cpuFeatures: string;
  /** This package's own kernels that are in place: they give the bits of the plugin's, faster. */
  readonly cpuKernels: readonly string[];
  readonly devices: readonly NativeDevice[];
}

/** How a judge is loaded: `gpuLayers` −1 is all, `contextSize`, `threads` and `parallel` 0 is by itself. */
export interface NativeLoadRequest extends Omit<NativeSettings, "fast"> {
  readonly path: string;
  /** Names of the devices that may hold layers; none: the CPU alone. */
  readonly devices: readonly string[];
  readonly flashAttention: boolean;
  /** Paths of LoRA adapters, in the order in which they are applied. */
  readonly adapters: readonly string[];
  /** Shape [adapters]. */
  readonly adapterScales: Float64Array;
}

/** What a loaded judge is. */
export interface NativeJudgeInfo {
  readonly architecture: string;
  readonly quantization: string;
  readonly layers: number;
  readonly embeddingLength: number;
  readonly vocabularySize: number;
  readonly trainingContext: number;
  readonly weightBytes: number;
  readonly parameters: number;
  readonly chatTemplate: string | null;
  readonly bosToken: number | null;
  readonly eosToken: number | null;
  readonly addsBos: boolean;
  readonly contextSize: number;
  readonly batchSize: number;
  readonly threads: number;
  /** Flash attention for calls of any length, which costs bits. */
  readonly flashAttention: boolean;
  /** Flash attention in calls long enough that it costs none: all but those with plain attention. */
  readonly tiledAttention: boolean;
  /** Type of the key-value cache's numbers, by ggml's name. */
  readonly kvType: string;
  /** Prompts that can be captured at once, each with the whole context. */
  readonly parallel: number;
  /** Whether equal inputs give equal bits: on the CPU, one prompt at a time. */
  readonly exact: boolean;
  /** Whether row 0, the token embedding, can be captured. */
  readonly embeddingRow: boolean;
  /** Largest difference to llama.cpp's own logits in the check on load; 0: bit-identical. */
  readonly selfCheckDifference: number;
}

/** How prompts are captured. */
interface NativeCaptureOptions {
  /** Token ids, shape [score tokens]. */
  readonly scoreTokens: Int32Array;
  /** Decode the whole prompt, whatever was decoded before. */
  readonly fresh: boolean;
  /** Give the hidden states as well. */
  readonly hidden: boolean;
}

/** One prompt to capture. */
export interface NativeCaptureRequest extends NativeCaptureOptions {
  /** The prompt, shape [tokens]. */
  readonly tokens: Int32Array;
  /** Decode as few tokens as are new, with plain attention. */
  readonly plainAttention: boolean;
}

/** Several prompts to capture at once. */
export interface NativeBatchRequest extends NativeCaptureOptions {
  /** 1 to `parallel` of them. */
  readonly prompts: readonly Int32Array[];
}

/** Where a judge goes on greedily. */
export interface NativeGenerateRequest {
  readonly prompt: Int32Array;
  /** What was generated behind the prompt before. */
  readonly generated: Int32Array;
  /** Tokens at most. */
  readonly count: number;
}

/** What was captured of one prompt; `normed` and `raw` are [layers + 1, score tokens], row-major. */
export interface NativeCapture {
  readonly normed: Float32Array;
  readonly raw: Float32Array;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  /** Largest difference of the last layer's logits to llama.cpp's own; 0: bit-identical. */
  readonly headDifference: number;
  /** Share of the vocabulary's probability (last layer) that the score tokens hold, 0…1. */
  readonly scoreMass: number;
  /**
   * The residual stream at the score position, [layers + 1, width], row-major; the width is the
   * model's embedding length, times its streams where it has several. Row 0 is NaN where the token
   * embedding cannot be captured. Only where it was asked for.
   */
  readonly hidden?: Float32Array;
}

/** What a judge generated. */
export interface NativeGeneration {
  /** The new tokens, without the one that ends the judge's turn. */
  readonly tokens: Int32Array;
  /** The judge ended its turn; otherwise the count or the context did. */
  readonly ended: boolean;
  /** Tokens of the prompt that were kept from what was decoded before. */
  readonly reusedTokens: number;
}

/** The native object of a loaded judge. */
export interface NativeJudge {
  info(): NativeJudgeInfo;
  /** Scalar GGUF metadata as text. */
  metadata(): Record<string, string>;
  /** Time spent in llama.cpp's decode calls since the judge was loaded. */
  decodeSeconds(): number;
  specialTokens(): { id: number; text: string; kind: "control" | "user-defined" | "unknown" }[];
  tokenText(token: number): string;
  /** The texts of tokens joined; a character may be spread over several. */
  textOf(tokens: Int32Array): string;
  /** `special[i]` ≠ 0: texts of special tokens in `texts[i]` become those tokens. */
  tokenize(texts: readonly string[], special: Int32Array): Promise<Int32Array[]>;
  capture(request: NativeCaptureRequest, cancel: NativeCancelFlag): Promise<NativeCapture>;
  /** Of the prompts in their order. */
  captureBatch(request: NativeBatchRequest, cancel: NativeCancelFlag): Promise<NativeCapture[]>;
  /** What comes out depends on the request alone. */
  generate(request: NativeGenerateRequest, cancel: NativeCancelFlag): Promise<NativeGeneration>;
  /** Waits for the running job, then frees everything. */
  dispose(): Promise<void>;
}

/** The whole native boundary. */
export interface NativeAddon {
  initialize(
    libraryDirectory: string,
    plugins: readonly string[],
    verbose: boolean,
  ): Promise<NativeBackends>;
  loadJudge(
    request: NativeLoadRequest,
    cancel: NativeCancelFlag,
    onProgress: (share: number) => void,
  ): Promise<NativeJudge>;
  /** Writes the GGUF `input` anew as `output`, with weights of that type. Cannot be stopped. */
  rewriteWeights(input: string, output: string, type: string): Promise<void>;
  /** What a GGUF's header says, also of a file that cannot be loaded; null without such a header. */
  architectureOf(path: string): Promise<string | null>;
  newCancelFlag(): NativeCancelFlag;
  cancel(flag: NativeCancelFlag): void;
}

let addon: NativeAddon | undefined;

/**
 * The addon, loaded on first use so that importing this package has no side effects.
 *
 * @throws LagerError `ADDON_UNAVAILABLE` when it was not built or does not load.
 */
export function nativeAddon(): NativeAddon {
  if (addon === undefined) {
    const file = `${LIBRARY_FOLDER}/lager.node`;
    try {
      addon = createRequire(import.meta.url)(file) as NativeAddon;
    } catch (cause) {
      throw new LagerError(
        "ADDON_UNAVAILABLE",
        `the native addon ${file} could not be loaded; in a checkout, build it with ` +
          "`npm run build:native`; an installed package has it for the platform it was packed on",
        { cause },
      );
    }
  }
  return addon;
}

/** Turns what native code threw into a LagerError: the code is sent along, messages are not matched. */
export function fromNativeError(cause: unknown, context?: string): LagerError {
  if (cause instanceof LagerError) return cause;
  const code =
    cause instanceof Error && "code" in cause && isErrorCode(cause.code) ? cause.code : "INTERNAL";
  const message = errorMessage(cause);
  return new LagerError(code, context === undefined ? message : `${context}: ${message}`, {
    cause,
  });
}

/** Native flags by the signals that raise them. A signal stays aborted, so its flag may be kept. */
const cancelFlags = new WeakMap<AbortSignal, NativeCancelFlag>();
/** For jobs that nothing ends. */
const never = new AbortController().signal;

/**
 * The flag of a signal. A flag for each job would be one more native object a prompt, and such
 * objects stay until the next collection of the whole heap.
 */
function cancelFlagOf(signal: AbortSignal): NativeCancelFlag {
  let flag = cancelFlags.get(signal);
  if (flag === undefined) {
    flag = nativeAddon().newCancelFlag();
    cancelFlags.set(signal, flag);
  }
  return flag;
}

/**
 * Runs a native job that `signal` can end.
 *
 * @throws LagerError `ABORTED` with the signal's reason as its cause.
 */
export async function withCancelFlag<T>(
  signal: AbortSignal | undefined,
  job: (flag: NativeCancelFlag) => Promise<T>,
  context?: string,
): Promise<T> {
  throwIfAborted(signal);
  const flag = cancelFlagOf(signal ?? never);
  const onAbort = () => nativeAddon().cancel(flag);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await job(flag);
  } catch (cause) {
    throwIfAborted(signal);
    throw fromNativeError(cause, context);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
