import type { LoraAdapter } from "../models/adapters.ts";

/** Which devices may hold the judge. `auto`: the first GPU backend that works, else the CPU. */
export const GPU_CHOICES = ["auto", "off", "cuda", "vulkan", "metal"] as const;
export type GpuChoice = (typeof GPU_CHOICES)[number];

/**
 * Types of the key-value cache's numbers, by ggml's names. `f32` is the most exact; the quantised ones
 * save memory, cost fidelity and need flash attention ({@link EngineOptions.fast}).
 */
export const KV_TYPES = ["f16", "f32", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"] as const;
export type KvType = (typeof KV_TYPES)[number];

/** How a judge's weights and context are set up. */
export interface EngineOptions {
  /** Default `auto`. */
  readonly gpu?: GpuChoice | undefined;
  /** Layers on the GPU; default all. With 0 the judge runs on the CPU. */
  readonly gpuLayers?: number | undefined;
  /** Tokens that a prompt may have; default the smaller of 4096 and the training context. */
  readonly contextSize?: number | undefined;
  /** Tokens decoded in one call; default 512, rounded up to a multiple of 4. */
  readonly batchSize?: number | undefined;
  /** Default one a physical core. */
  readonly threads?: number | undefined;
  /**
   * Flash attention in decode calls of any length: faster where prompts differ by few tokens, but a
   * token's bits then depend on how many are decoded together. Default false: on the CPU only calls of
   * at least 64 tokens have it, which costs no bit.
   */
  readonly fast?: boolean | undefined;
  /** LoRA adapters on top of the judge, in the order in which they are applied; at most 4. */
  readonly lora?: readonly LoraAdapter[] | undefined;
  /** Default `f16`. */
  readonly kvType?: KvType | undefined;
  /**
   * Prompts that are decoded at once, for GPUs: `auto` is up to 16, as the device's free memory allows,
   * and 1 on the CPU. Beyond 1 a prompt's result depends on its company, within rounding. Default 1.
   */
  readonly parallel?: number | "auto" | undefined;
  /** llama.cpp's own log on standard error. Default false. */
  readonly verbose?: boolean | undefined;
  /** Ends loading with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Share of the file that is loaded, 0…1. */
  readonly onLoadProgress?: ((share: number) => void) | undefined;
  /** Told, in a sentence, what a person should know: that a GPU failed and what is used instead. */
  readonly onNotice?: ((text: string) => void) | undefined;
}
