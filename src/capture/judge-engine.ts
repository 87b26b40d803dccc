import type { LoraAdapter } from "../models/adapters.ts";
import { type ErrorCode, LagerError, requireOneOf, throwIfAborted } from "../errors.ts";
import type { SpecialToken, Tokenizer } from "../tokens/tokenizer.ts";
import { type BackendSelection, type GpuChoice, selectBackend } from "./backend.ts";
import { type CaptureOptions, EngineTurn } from "./engine-turn.ts";
import {
  fromNativeError,
  type NativeJudge,
  type NativeJudgeInfo,
  type NativeScore,
  nativeAddon,
  withCancelFlag,
} from "./native-addon.ts";

/**
 * Types of the key-value cache's numbers, by ggml's names. `f32` is the most exact; the quantised ones
 * save memory, cost fidelity and need flash attention ({@link EngineOptions.fast}).
 */
export const KV_TYPES = ["f16", "f32", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"] as const;
export type KvType = (typeof KV_TYPES)[number];

/** How a judge's weights and context are set up. */
export interface EngineOptions {
  /** Default `auto`. */
  readonly gpu?: GpuChoice;
  /** Layers on the GPU; default all. With 0 the judge runs on the CPU. */
  readonly gpuLayers?: number;
  /** Tokens that a prompt may have; default the smaller of 4096 and the training context. */
  readonly contextSize?: number;
  /** Tokens decoded in one call; default 512, rounded up to a multiple of 4. */
  readonly batchSize?: number;
  /** Default one a physical core. */
  readonly threads?: number;
  /**
   * Flash attention on the CPU: about a tenth faster, but a token's bits then depend on how many
   * tokens are decoded together. Default false.
   */
  readonly fast?: boolean;
  /** LoRA adapters on top of the judge, in the order in which they are applied; at most 4. */
  readonly lora?: readonly LoraAdapter[];
  /** Default `f16`. */
  readonly kvType?: KvType;
  /** llama.cpp's own log on standard error. Default false. */
  readonly verbose?: boolean;
  /** Ends loading with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Share of the file that is loaded, 0…1. */
  readonly onLoadProgress?: (share: number) => void;
  /** Told, in a sentence, what a person should know: that a GPU failed and the CPU is used. */
  readonly onNotice?: (text: string) => void;
}

/** What a device that is too small or not up to a judge fails with; the CPU may well do. */
const GPU_FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BACKEND_UNAVAILABLE",
  "OUT_OF_MEMORY",
  "UNSUPPORTED_JUDGE",
  "DECODE_FAILED",
]);

/**
 * A loaded GGUF judge: tokenises, decodes and captures the score logits of every layer.
 *
 * One capture runs at a time, further ones queue. `dispose()` waits for the running one.
 */
export class JudgeEngine implements Tokenizer, AsyncDisposable {
  readonly info: NativeJudgeInfo;
  readonly backend: BackendSelection;
  readonly specialTokens: readonly SpecialToken[];
  readonly #native: NativeJudge;
  #tail: Promise<unknown> = Promise.resolve();
  #disposed: Promise<void> | undefined;
  #finalDecodeSeconds: number | undefined;

  private constructor(native: NativeJudge, backend: BackendSelection) {
    this.#native = native;
    this.backend = backend;
    this.info = native.info();
    this.specialTokens = native.specialTokens();
  }

  /**
   * Loads a GGUF and checks on a probe that its last layer's logits equal llama.cpp's own. What
   * `onLoadProgress` throws ends the load and is thrown on as it is.
   *
   * @throws LagerError `INVALID_GGUF`, `UNSUPPORTED_JUDGE`, `INVALID_ADAPTER`,
   *   `BACKEND_UNAVAILABLE`, `ADDON_UNAVAILABLE`, `OUT_OF_MEMORY`, `ABORTED`.
   */
  static async load(path: string, options: EngineOptions = {}): Promise<JudgeEngine> {
    throwIfAborted(options.signal, "loading the judge");
    const gpu = options.gpu ?? "auto";
    requireOneOf("kvType", options.kvType ?? "f16", KV_TYPES);
    const verbose = options.verbose ?? false;
    const selected = await selectBackend(gpu, verbose);
    const backend =
      options.gpuLayers === 0 && selected.backend !== "CPU"
        ? { ...(await selectBackend("off", verbose)), reason: "no layers on a GPU were asked for" }
        : selected;
    for (const broken of backend.brokenPlugins ?? []) {
      options.onNotice?.(`${broken}; the judge runs on ${backend.backend}`);
    }
    try {
      return await JudgeEngine.#loadOn(backend, path, options);
    } catch (error) {
      const mayFallBack = gpu === "auto" && backend.backend !== "CPU";
      if (!mayFallBack || !(error instanceof LagerError) || !GPU_FAILURES.has(error.code))
        throw error;
      // A judge that the CPU cannot take either ends with the CPU's error.
      const cpu = await selectBackend("off", verbose);
      const reason = `${backend.reason}, but not for this judge: ${error.message}`;
      const engine = await JudgeEngine.#loadOn({ ...cpu, reason }, path, options);
      options.onNotice?.(`the judge runs on the CPU: ${reason}`);
      return engine;
    }
  }

  static async #loadOn(
    backend: BackendSelection,
    path: string,
    options: EngineOptions,
  ): Promise<JudgeEngine> {
    const onGpu = backend.backend !== "CPU";
    const lora = options.lora ?? [];
    const thrown: unknown[] = [];
    const native = await withCancelFlag(
      options.signal,
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
          },
          flag,
          (share) => {
            try {
              options.onLoadProgress?.(share);
            } catch (error) {
              thrown.push(error);
              nativeAddon().cancel(flag);
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
    return new JudgeEngine(native, backend);
  }

  get bosToken(): number | null {
    return this.info.bosToken;
  }

  get addsBos(): boolean {
    return this.info.addsBos;
  }

  /** Time spent in llama.cpp's decode calls so far; after {@link dispose}, in all. */
  get decodeSeconds(): number {
    return this.#finalDecodeSeconds ?? this.#native.decodeSeconds();
  }

  /** Scalar GGUF metadata as text, by key. */
  metadata(): Record<string, string> {
    this.#requireOpen();
    return this.#native.metadata();
  }

  /** @throws LagerError `INVALID_ARGUMENT` for an id outside the vocabulary. */
  tokenText(id: number): string {
    this.#requireOpen();
    try {
      return this.#native.tokenText(id);
    } catch (error) {
      throw fromNativeError(error);
    }
  }

  /** Text of several tokens: a character may be spread over them. */
  textOf(tokens: readonly number[]): string {
    this.#requireOpen();
    try {
      return this.#native.textOf(Int32Array.from(tokens));
    } catch (error) {
      throw fromNativeError(error);
    }
  }

  /** May run while a capture does: the vocabulary is not written to. */
  async tokenize(texts: readonly { text: string; special: boolean }[]): Promise<Int32Array[]> {
    this.#requireOpen();
    try {
      return await this.#native.tokenize(
        texts.map(({ text }) => text),
        Int32Array.from(texts, ({ special }) => (special ? 1 : 0)),
      );
    } catch (error) {
      throw fromNativeError(error);
    }
  }

  /**
   * Score logits of every layer at the last of `tokens`.
   *
   * What the prompt shares with the one before is not decoded again; on the CPU that changes no bit.
   *
   * @param tokens - the prompt, shape [tokens].
   * @param scoreTokens - one id for each label, shape [labels].
   * @param options - `fresh`: decode the whole prompt, whatever was decoded before; `hidden`: the
   *   hidden states of every layer come along.
   * @throws LagerError `PROMPT_TOO_LONG`, `DECODE_FAILED`, `CAPTURE_INCOMPLETE`, `HEAD_MISMATCH`,
   *   `ABORTED`, `DISPOSED`. The engine stays usable.
   */
  capture(
    tokens: Int32Array,
    scoreTokens: Int32Array,
    options: CaptureOptions = {},
  ): Promise<NativeScore> {
    return this.turn((turn) => turn.capture(tokens, scoreTokens, options));
  }

  /**
   * Queues work of several steps, between which no other work comes: so a capture behind generated
   * text finds its prompt decoded. The turn is not to be used after `work` has settled.
   */
  turn<T>(work: (turn: EngineTurn) => Promise<T>): Promise<T> {
    const job = this.#tail.then(() => {
      this.#requireOpen();
      return work(new EngineTurn(this.#native));
    });
    this.#tail = job.catch(() => {});
    return job;
  }

  /** Waits for the running capture, then frees everything; queued ones end with `DISPOSED`. Idempotent. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#tail.then(() => {
      this.#finalDecodeSeconds = this.#native.decodeSeconds();
      return this.#native.dispose();
    });
    return this.#disposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #requireOpen(): void {
    if (this.#disposed !== undefined) {
      throw new LagerError("DISPOSED", "the judge was disposed; load it again");
    }
  }
}
