import { PREPARED_CHOICES } from "../engine/models/layout-choice.ts";
import { GPU_CHOICES, KV_TYPES } from "../engine/native/engine-options.ts";
import { flag, type OptionValues, oneOf, parsed, text } from "./command.ts";
import { addAdapter, autoOrNumber, wholeNumber } from "./option-values.ts";

/** The judge of a command that needs one. */
export const DEFAULT_JUDGE = "smollm2-135m";
export const JUDGE = text(
  "-j, --judge <judge>",
  "name, path of a GGUF file, or hf: URI",
  DEFAULT_JUDGE,
);

export const GPU = oneOf("--gpu <backend>", "device for the judge", GPU_CHOICES, "auto");
export const PREPARED = oneOf(
  "--prepared <use>",
  "the file that `judges prepare` kept",
  PREPARED_CHOICES,
  "off",
);

/** How a judge is loaded, for every command that loads one. */
export const JUDGE_OPTIONS = [
  parsed("--threads <n>", "default: one a physical core", wholeNumber(1)),
  parsed("--context-size <tokens>", "longest prompt (default: up to 4096)", wholeNumber(16)),
  parsed("--batch-size <tokens>", "tokens decoded in one call (default: 512)", wholeNumber(32)),
  flag("--fast", "flash attention in calls of any length; not the same bits every time"),
  oneOf("--kv-type <type>", "numbers of the key-value cache", KV_TYPES, "f16"),
  GPU,
  parsed(
    "--parallel <n>",
    "prompts decoded at once, for GPUs: auto or a number (auto is 1 on the CPU)",
    autoOrNumber,
    "auto",
  ),
  parsed("--gpu-layers <n>", "layers on the GPU (default: all)", wholeNumber(0)),
  parsed("--lora <file[:scale]>", "a LoRA adapter on the judge; may be given again", addAdapter),
  PREPARED,
  flag("--verbose", "llama.cpp's own log"),
] as const;

export type JudgeOptions = OptionValues<typeof JUDGE_OPTIONS>;
