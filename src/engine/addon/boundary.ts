// What JavaScript sees of native code. Two things have this shape: the addon itself (load-addon.ts), and the
// client of a child process that holds the addon (../process).

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

/** This package's own CPU kernels: they give the bits of ggml's CPU plugin, faster. */
export interface NativeKernels {
  /** `avx2` or `avx512`; empty where there are none for this processor, or they are off. */
  readonly set: string;
  /** Names of the kernels in place, e.g. `Q6_K`. */
  readonly inPlace: readonly string[];
  /** Those of the set that did not give the plugin's bits when they were tried; ggml's own do their work. */
  readonly leftOut: readonly string[];
}

/** What `initialize` reports. */
export interface NativeBackends {
  /** Version of the linked llama.cpp. */
  readonly release: string;
  /** Features of the CPU plugin that was chosen for this processor, separated by blanks. */
  readonly cpuFeatures: string;
  readonly cpuKernels: NativeKernels;
  readonly devices: readonly NativeDevice[];
}

/** How a judge is loaded; `contextSize`, `threads` and `parallel` 0 is by itself. */
export interface NativeLoadRequest {
  readonly path: string;
  /** Names of the devices that may hold layers; none: the CPU alone. */
  readonly devices: readonly string[];
  /** −1 is all. */
  readonly gpuLayers: number;
  readonly contextSize: number;
  readonly batchSize: number;
  readonly threads: number;
  readonly parallel: number;
  readonly flashAttention: boolean;
  /** One prompt at a time, in calls of one size. */
  readonly exact: boolean;
  /** By ggml's name. */
  readonly kvType: string;
  /** Bytes of main memory that the judge may take at most; 0: as many as it wants. */
  readonly memory: number;
  /** What those are, in a clause: "the memory limit". */
  readonly memoryIs: string;
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
  /** Whether equal inputs give equal bits: one prompt at a time, on the CPU without `fast` or with `exact`. */
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

/** A control, user-defined or unknown token of a vocabulary. */
export interface NativeSpecialToken {
  readonly id: number;
  readonly text: string;
  readonly kind: "control" | "user-defined" | "unknown";
}

/** At once where native code is in this process; later where it is in another one. */
export type MaybePromise<T> = T | Promise<T>;

/** A loaded judge: the addon's own object, or what stands for one in another process. */
export interface NativeJudge {
  info(): NativeJudgeInfo;
  /** Scalar GGUF metadata as text. */
  metadata(): Record<string, string>;
  /** Time spent in llama.cpp's decode calls since the judge was loaded. */
  decodeSeconds(): number;
  specialTokens(): readonly NativeSpecialToken[];
  tokenText(token: number): MaybePromise<string>;
  /** The texts of tokens joined; a character may be spread over several. */
  textOf(tokens: Int32Array): MaybePromise<string>;
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

/**
 * The whole native boundary. What stands on it does not know whether native code runs in this process
 * or in a child of it.
 */
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
  /** What a GGUF's header says, also of a file that cannot be loaded; null without such a header. */
  architectureOf(path: string): Promise<string | null>;
  newCancelFlag(): NativeCancelFlag;
  cancel(flag: NativeCancelFlag): void;
}
