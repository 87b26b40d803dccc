import { LagerError, requireOneOf } from "../../base/errors.ts";
import { describeValue } from "../../base/json-fields.ts";
import type { LoraAdapter } from "../models/adapters.ts";

/** Which devices may hold the judge. `auto`: the first GPU backend that works, else the CPU. */
export const GPU_CHOICES = ["auto", "off", "cuda", "vulkan", "metal"] as const;
export type GpuChoice = (typeof GPU_CHOICES)[number];

/**
 * Types of the key-value cache's numbers, by ggml's names. `f32` is the most exact; the quantised ones
 * save memory, cost fidelity and need flash attention (`fast`).
 */
export const KV_TYPES = ["f16", "f32", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"] as const;
export type KvType = (typeof KV_TYPES)[number];

/**
 * Where native code runs. `process`: in a child process, which is started again when it dies. `none`:
 * in the caller's process, which dies with it.
 */
export const ISOLATION_CHOICES = ["none", "process"] as const;
export type Isolation = (typeof ISOLATION_CHOICES)[number];

/** What every option of a judge says of itself. */
interface OptionFacts {
  /** One line of the command line's help. */
  readonly help: string;
  /** What stands for its value there: `<n>`. */
  readonly argument?: string;
  /** What the command line takes where it is not given; without it, what the library takes. */
  readonly commandLine?: string;
  /** What native code is given where it is not given; without it, native code does not know it. */
  readonly native?: number | boolean | string;
  /** Whether a score may depend on it; else it is about memory, speed or messages. */
  readonly changesNumbers: boolean;
}

/** An option of a judge, by the kind of its value. */
export type JudgeOption = OptionFacts &
  (
    | { readonly kind: "flag" }
    | { readonly kind: "choice"; readonly choices: readonly string[] }
    /** A whole number; `auto` is the one by which native code knows that word. */
    | { readonly kind: "count"; readonly least: number; readonly auto?: number }
    /** A number of bytes; the command line takes it with a unit. */
    | { readonly kind: "bytes" }
    | { readonly kind: "adapters" }
    | { readonly kind: "path" }
  );

/**
 * How a judge's weights and context are set up: every option is declared here, once. The types below,
 * what native code is told and the command line's options follow from it.
 */
export const ENGINE_OPTIONS = {
  /** Default: one a physical core. */
  threads: {
    kind: "count",
    least: 1,
    argument: "<n>",
    help: "default: one a physical core",
    native: 0,
    changesNumbers: false,
  },
  /** Tokens that a prompt may have. Default: the smaller of 4096 and the training context. */
  contextSize: {
    kind: "count",
    least: 16,
    argument: "<tokens>",
    help: "longest prompt (default: up to 4096)",
    native: 0,
    changesNumbers: true, // a prompt that is too long has no score
  },
  /** Tokens decoded in one call, rounded up to a multiple of 4. Default: 512. */
  batchSize: {
    kind: "count",
    least: 32,
    argument: "<tokens>",
    help: "tokens decoded in one call (default: 512)",
    native: 512,
    changesNumbers: true, // on a GPU, and with `fast`
  },
  /**
   * Flash attention in decode calls of any length: faster where prompts differ by few tokens, but a
   * token's bits then depend on how many are decoded together. Default: false; on the CPU only calls of
   * at least 64 tokens have it, which costs no bit.
   */
  fast: {
    kind: "flag",
    help: "flash attention in calls of any length; not the same bits every time",
    native: false,
    changesNumbers: true,
  },
  /**
   * The bits of a score depend on its item alone, on a GPU and with `fast` too: prompts are decoded one
   * at a time, in calls of one size, and go on from whole calls alone. That costs speed, less of it with
   * a smaller `batchSize` where prompts share much. Default: false; on the CPU without `fast` it is so
   * in any case.
   */
  exact: {
    kind: "flag",
    help: "the same bits every time on a GPU too: one prompt at a time, in calls of one size",
    native: false,
    changesNumbers: true,
  },
  /** Numbers of the key-value cache. Default: `f16`. */
  kvType: {
    kind: "choice",
    choices: KV_TYPES,
    argument: "<type>",
    help: "numbers of the key-value cache",
    commandLine: "f16",
    native: "f16",
    changesNumbers: true,
  },
  /** Default: `auto`. */
  gpu: {
    kind: "choice",
    choices: GPU_CHOICES,
    argument: "<backend>",
    help: "device for the judge",
    commandLine: "auto",
    changesNumbers: true,
  },
  /**
   * Prompts that are decoded at once, for GPUs: `auto` is up to 16, as the device's free memory allows,
   * and 1 on the CPU. Beyond 1 a prompt's result depends on its company, within rounding. Default: 1.
   */
  parallel: {
    kind: "count",
    least: 1,
    auto: 0,
    argument: "<n>",
    help: "prompts decoded at once, for GPUs: auto or a number (auto is 1 on the CPU)",
    commandLine: "auto",
    native: 1,
    changesNumbers: true,
  },
  /** Layers on the GPU. Default: all. With 0 the judge runs on the CPU. */
  gpuLayers: {
    kind: "count",
    least: 0,
    argument: "<n>",
    help: "layers on the GPU (default: all)",
    native: -1,
    changesNumbers: true,
  },
  /** LoRA adapters on top of the judge, in the order in which they are applied; at most 4. */
  lora: {
    kind: "adapters",
    argument: "<file[:scale]>",
    help: "a LoRA adapter on the judge; may be given again",
    changesNumbers: true,
  },
  /**
   * Bytes of main memory that weights, key-value cache and buffers may take, as estimated before any of
   * it is touched. Default: the memory that is free, unless layers are on a GPU.
   */
  memoryLimit: {
    kind: "bytes",
    argument: "<size>",
    help: "memory that the judge may take: 800MB, 4GB (default: what is free)",
    changesNumbers: false,
  },
  /** Default: `none`; the command line's is `process`. */
  isolation: {
    kind: "choice",
    choices: ISOLATION_CHOICES,
    argument: "<where>",
    help: "where the engine runs: in a process of its own, or in this one",
    commandLine: "process",
    changesNumbers: false,
  },
  /**
   * With `isolation: "process"`: seconds without any progress after which the engine counts as hung
   * and is started again. Default: 1800.
   */
  hangLimit: {
    kind: "count",
    least: 1,
    argument: "<seconds>",
    help: "start an engine again that gets nowhere for so long (default: 1800)",
    changesNumbers: false,
  },
  /** llama.cpp's own log on standard error. Default: false. */
  verbose: { kind: "flag", help: "llama.cpp's own log", changesNumbers: false },
} as const satisfies Readonly<Record<string, JudgeOption>>;

/** How a judge is found and set up. */
export const JUDGE_OPTIONS = {
  ...ENGINE_OPTIONS,
  /** Path of a file in Jinja that takes the place of the judge's own chat template. */
  chatTemplate: {
    kind: "path",
    argument: "<file>",
    help: "a chat template (Jinja) in place of the judge's own",
    changesNumbers: true,
  },
} as const satisfies Readonly<Record<string, JudgeOption>>;

/** The type of an option's value. */
export type JudgeOptionValue<O extends JudgeOption> = O extends { kind: "flag" }
  ? boolean
  : O extends { kind: "choice"; choices: readonly (infer Choice)[] }
    ? Choice
    : O extends { kind: "bytes" }
      ? number
      : O extends { kind: "count" }
        ? number | (O extends { auto: number } ? "auto" : never)
        : O extends { kind: "path" }
          ? string
          : readonly LoraAdapter[];

/** The values of some options; each may be left out. */
type SettingsOf<Options extends Readonly<Record<string, JudgeOption>>> = {
  readonly [Name in keyof Options]?: JudgeOptionValue<Options[Name]> | undefined;
};

/** Values of {@link ENGINE_OPTIONS}. */
export type EngineSettings = SettingsOf<typeof ENGINE_OPTIONS>;

/** Values of {@link JUDGE_OPTIONS}. */
export type JudgeSettings = SettingsOf<typeof JUDGE_OPTIONS>;

/** How an engine is loaded. */
export interface EngineOptions extends EngineSettings {
  /** Ends loading with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Share of the file that is loaded, 0…1. */
  readonly onLoadProgress?: ((share: number) => void) | undefined;
  /** Told, in a sentence, what a person should know: that a GPU failed and what is used instead. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

type NativeNames = {
  [Name in keyof typeof ENGINE_OPTIONS]: (typeof ENGINE_OPTIONS)[Name] extends { native: unknown }
    ? Name
    : never;
}[keyof typeof ENGINE_OPTIONS];

type NativeValue<Kind> = Kind extends "flag" ? boolean : Kind extends "choice" ? string : number;

/** Settings as native code takes them, each with a value. */
export type NativeSettings = {
  readonly [Name in NativeNames]: NativeValue<(typeof ENGINE_OPTIONS)[Name]["kind"]>;
};

/**
 * What native code is told of an engine's settings.
 *
 * @throws LagerError `INVALID_ARGUMENT`. Ranges that depend on the model are checked by native code.
 */
export function nativeSettings(settings: EngineSettings): NativeSettings {
  const options: readonly [string, JudgeOption][] = Object.entries(ENGINE_OPTIONS);
  const values: Readonly<Record<string, unknown>> = settings;
  return Object.fromEntries(
    options
      .filter(([, option]) => option.native !== undefined)
      .map(([name, option]) => [name, nativeValue(name, option, values[name])]),
  ) as NativeSettings;
}

function nativeValue(name: string, option: JudgeOption, value: unknown): unknown {
  if (value === undefined) return option.native;
  if (option.kind === "choice") return requireOneOf(name, value as string, option.choices);
  if (option.kind !== "count" || option.auto === undefined) return value;
  if (value === "auto") return option.auto;
  if (Number.isInteger(value) && Number(value) >= option.least) return value;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${name} is "auto" or a whole number from ${option.least} on, not ${describeValue(value)}`,
  );
}

/** Of some settings, those that a score may depend on. */
export function numberSettings(settings: JudgeSettings): Partial<JudgeSettings> {
  const options: readonly [string, JudgeOption][] = Object.entries(JUDGE_OPTIONS);
  const values: Readonly<Record<string, unknown>> = { ...settings };
  return Object.fromEntries(
    options.filter(([, option]) => option.changesNumbers).map(([name]) => [name, values[name]]),
  );
}
