import type {
  NativeAddon,
  NativeCapture,
  NativeGeneration,
  NativeJudge,
} from "../addon/boundary.ts";
import { withCancelFlag } from "../addon/native-call.ts";

/** How one prompt is captured. */
export interface CaptureOptions {
  /** Ends the capture with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Decode the whole prompt, whatever was decoded before. Default false. */
  readonly fresh?: boolean;
  /** Give the hidden states of every layer as well. Default false. */
  readonly hidden?: boolean;
  /**
   * Plain attention, for prompts that go on from the one before by a few tokens: as few are decoded,
   * where otherwise at least 64 are, with tiled flash attention. The two give different bits, each
   * the same ones always. Default false.
   */
  readonly plainAttention?: boolean;
}

/** What holds for all captures of a turn that do not say otherwise. */
export type TurnOptions = Pick<CaptureOptions, "plainAttention">;

/** When a judge stops to generate, beside the end of its turn and of its context. */
export interface GenerateOptions {
  /** Tokens at most. */
  readonly maxTokens: number;
  /** Asked after each token, with all that were generated so far; true ends it. */
  readonly isDone?: (generated: readonly number[]) => boolean | Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/** What a judge wrote behind a prompt. */
export interface Generation {
  /** Without the token that ends the judge's turn. */
  readonly tokens: readonly number[];
  /** The judge ended its turn by itself. */
  readonly ended: boolean;
  /** Tokens of the prompt that were kept from what was decoded before. */
  readonly reusedTokens: number;
}

/** The judge as one caller has it for a while: nobody else's work comes in between. */
export class EngineTurn {
  readonly #addon: NativeAddon;
  readonly #native: NativeJudge;
  readonly #plainAttention: boolean;

  /** @internal use `JudgeEngine.turn` */
  constructor(
    addon: NativeAddon,
    native: NativeJudge,
    { plainAttention = false }: TurnOptions = {},
  ) {
    this.#addon = addon;
    this.#native = native;
    this.#plainAttention = plainAttention;
  }

  /** As `JudgeEngine.capture`. */
  capture(
    tokens: Int32Array,
    scoreTokens: Int32Array,
    options: CaptureOptions = {},
  ): Promise<NativeCapture> {
    return withCancelFlag(this.#addon, options.signal, (flag) =>
      this.#native.capture(
        {
          tokens,
          scoreTokens,
          fresh: options.fresh === true,
          hidden: options.hidden === true,
          plainAttention: options.plainAttention ?? this.#plainAttention,
        },
        flag,
      ),
    );
  }

  /** As `JudgeEngine.captureBatch`. */
  captureBatch(
    prompts: readonly Int32Array[],
    scoreTokens: Int32Array,
    options: CaptureOptions = {},
  ): Promise<NativeCapture[]> {
    return withCancelFlag(this.#addon, options.signal, (flag) =>
      this.#native.captureBatch(
        {
          prompts,
          scoreTokens,
          fresh: options.fresh === true,
          hidden: options.hidden === true,
        },
        flag,
      ),
    );
  }

  /**
   * Greedy generation behind a prompt. On the CPU the prompt alone decides what comes: it is decoded
   * as for a capture with `plainAttention`, and then every token on its own.
   *
   * @throws LagerError as `JudgeEngine.capture`.
   */
  async generate(prompt: Int32Array, options: GenerateOptions): Promise<Generation> {
    const tokens: number[] = [];
    let step: NativeGeneration;
    let reusedTokens: number | undefined;
    do {
      // One token a call: that costs microseconds, and none is generated in vain.
      step = await withCancelFlag(this.#addon, options.signal, (flag) =>
        this.#native.generate({ prompt, generated: Int32Array.from(tokens), count: 1 }, flag),
      );
      reusedTokens ??= step.reusedTokens;
      tokens.push(...step.tokens);
    } while (
      !step.ended &&
      step.tokens.length > 0 &&
      tokens.length < options.maxTokens &&
      (await options.isDone?.(tokens)) !== true
    );
    return { tokens, ended: step.ended, reusedTokens };
  }
}
