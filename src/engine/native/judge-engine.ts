import { LagerError, throwIfAborted } from "../../base/errors.ts";
import type { SpecialToken, Tokenizer } from "../../input/tokens/tokenizer.ts";
import type { NativeCapture, NativeJudge, NativeJudgeInfo } from "../addon/boundary.ts";
import { fromNativeError } from "../addon/native-call.ts";
import { type BackendSelection, candidateBackends } from "./backend.ts";
import { type EngineHost, openHost } from "./engine-host.ts";
import type { EngineOptions } from "./engine-options.ts";
import { type CaptureOptions, EngineTurn, type TurnOptions } from "./engine-turn.ts";
import { loadNativeJudge } from "./load-native-judge.ts";
import { loadOnFirst } from "./load-on-first.ts";
import { requireTried } from "./trial-load.ts";

/**
 * A loaded GGUF judge: tokenises, decodes and captures the score logits of every layer.
 *
 * One capture runs at a time, further ones queue. `dispose()` waits for the running one.
 */
export class JudgeEngine implements Tokenizer, AsyncDisposable {
  readonly info: NativeJudgeInfo;
  readonly backend: BackendSelection;
  /** Layers on the GPU, the LM head's counted as one more; 0 on the CPU. */
  readonly gpuLayers: number;
  readonly specialTokens: readonly SpecialToken[];
  readonly #host: EngineHost;
  readonly #native: NativeJudge;
  #tail: Promise<unknown> = Promise.resolve();
  #disposed: Promise<void> | undefined;
  #finalDecodeSeconds: number | undefined;

  private constructor(
    host: EngineHost,
    native: NativeJudge,
    backend: BackendSelection,
    gpuLayers = Number.POSITIVE_INFINITY,
  ) {
    this.#host = host;
    this.#native = native;
    this.backend = backend;
    this.info = native.info();
    this.gpuLayers = backend.backend === "CPU" ? 0 : Math.min(gpuLayers, this.info.layers + 1);
    this.specialTokens = native.specialTokens();
  }

  /**
   * Loads a GGUF and checks on a probe that its last layer's logits equal llama.cpp's own. What
   * `onLoadProgress` throws ends the load and is thrown on as it is. A file that has never been loaded
   * here is loaded in a child process first, where this process holds the engine.
   *
   * @throws LagerError `INVALID_GGUF`, `UNSUPPORTED_JUDGE`, `INVALID_ADAPTER`,
   *   `BACKEND_UNAVAILABLE`, `ADDON_UNAVAILABLE`, `OUT_OF_MEMORY`, `ENGINE_CRASHED`, `ABORTED`.
   */
  static async load(path: string, options: EngineOptions = {}): Promise<JudgeEngine> {
    return JudgeEngine.loadOn(openHost(options), path, options);
  }

  /**
   * {@link load} where a host is there already; from here on it is the engine's, also where loading
   * fails.
   */
  static async loadOn(
    host: EngineHost,
    path: string,
    options: Omit<EngineOptions, "isolation">,
  ): Promise<JudgeEngine> {
    try {
      throwIfAborted(options.signal, "loading the judge");
      if (host.pid === null)
        await requireTried(path, options, (child) => tryOn(child, path, options));
      const { addon } = host;
      const { loaded, backend } = await loadOnFirst(
        candidateBackends(addon, options.gpu ?? "auto", options),
        (candidate) => loadNativeJudge(addon, candidate, path, options),
        options.onNotice,
      );
      return new JudgeEngine(host, loaded, backend, options.gpuLayers);
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The process that native code runs in; null where it is this one. */
  get pid(): number | null {
    return this.#host.pid;
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
  async tokenText(id: number): Promise<string> {
    this.#requireOpen();
    try {
      return await this.#native.tokenText(id);
    } catch (error) {
      throw fromNativeError(error);
    }
  }

  /** Text of several tokens: a character may be spread over them. */
  async textOf(tokens: readonly number[]): Promise<string> {
    this.#requireOpen();
    try {
      return await this.#native.textOf(Int32Array.from(tokens));
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
   *   hidden states of every layer come along; `plainAttention`: for prompts that go on from the one
   *   before by a few tokens.
   * @throws LagerError `PROMPT_TOO_LONG`, `DECODE_FAILED`, `CAPTURE_INCOMPLETE`, `HEAD_MISMATCH`,
   *   `ENGINE_CRASHED`, `ABORTED`, `DISPOSED`: the engine stays usable. `ENGINE_LOST`: it does not.
   */
  capture(
    tokens: Int32Array,
    scoreTokens: Int32Array,
    options: CaptureOptions = {},
  ): Promise<NativeCapture> {
    return this.turn((turn) => turn.capture(tokens, scoreTokens, options));
  }

  /**
   * {@link capture} of several prompts at once, whose last tokens are decoded and captured together.
   * What they share with each other or with those of the call before is decoded once. A result depends
   * on the prompt's company, within a device's rounding.
   *
   * @param prompts - 1 to `info.parallel`; those that share most best stand next to each other.
   * @returns the prompts' scores in their order.
   * @throws LagerError as {@link capture}; then there is no result of any of them.
   */
  captureBatch(
    prompts: readonly Int32Array[],
    scoreTokens: Int32Array,
    options: CaptureOptions = {},
  ): Promise<NativeCapture[]> {
    return this.turn((turn) => turn.captureBatch(prompts, scoreTokens, options));
  }

  /**
   * Queues work of several steps, between which no other work comes: so a capture behind generated
   * text finds its prompt decoded. The turn is not to be used after `work` has settled.
   */
  turn<T>(work: (turn: EngineTurn) => Promise<T>, options: TurnOptions = {}): Promise<T> {
    const job = this.#tail.then(() => {
      this.#requireOpen();
      return work(new EngineTurn(this.#host.addon, this.#native, options));
    });
    this.#tail = job.catch(() => {});
    return job;
  }

  /** Waits for the running capture, then frees everything; queued ones end with `DISPOSED`. Idempotent. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#tail.then(async () => {
      this.#finalDecodeSeconds = this.#native.decodeSeconds();
      await this.#native.dispose();
      await this.#host[Symbol.asyncDispose]();
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

/** Loads it, and lets it go again. */
async function tryOn(host: EngineHost, path: string, options: EngineOptions): Promise<void> {
  const { onNotice: _, onLoadProgress: __, ...load } = options;
  await (await JudgeEngine.loadOn(host, path, load)).dispose();
}
