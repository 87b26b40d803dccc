import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a generated model is; `native/test/tiny_gguf.cpp` writes them, with random weights. */
export interface TinyJudge {
  readonly name: string;
  readonly architecture: string;
  readonly layers: number;
  readonly chatTemplate: boolean;
}

/** The generated models that can judge: one for each shape of head and kind of weights. */
export const TINY_JUDGES: readonly TinyJudge[] = [
  { name: "llama-spm-tied", architecture: "llama", layers: 4, chatTemplate: false },
  { name: "llama-spm-untied", architecture: "llama", layers: 4, chatTemplate: false },
  { name: "llama-bpe-untied", architecture: "llama", layers: 4, chatTemplate: true },
  { name: "gemma2-softcap", architecture: "gemma2", layers: 4, chatTemplate: true },
  { name: "command-r-logit-scale", architecture: "command-r", layers: 4, chatTemplate: true },
  { name: "phi2-bias", architecture: "phi2", layers: 4, chatTemplate: true },
  { name: "llama-moe", architecture: "llama", layers: 3, chatTemplate: true },
  { name: "qwen2-bpe", architecture: "qwen2", layers: 4, chatTemplate: true },
  { name: "gemma3-window", architecture: "gemma3", layers: 4, chatTemplate: true },
  { name: "llama-f16", architecture: "llama", layers: 3, chatTemplate: true },
  { name: "llama-bf16", architecture: "llama", layers: 3, chatTemplate: true },
  { name: "llama-q8_0", architecture: "llama", layers: 3, chatTemplate: true },
  { name: "llama-q4_0", architecture: "llama", layers: 3, chatTemplate: true },
  { name: "llama-q6_k", architecture: "llama", layers: 3, chatTemplate: true },
  { name: "llama-q4_k", architecture: "llama", layers: 3, chatTemplate: true },
];

/**
 * Path of a generated file: one of {@link TINY_JUDGES}, `bert-embedding`, `truncated` or
 * `not-a-gguf`.
 */
export function tinyGguf(name: string): string {
  const file = fileURLToPath(new URL(`../../build/fixtures/${name}.gguf`, import.meta.url));
  if (!existsSync(file)) {
    throw new Error(`${file} is not there: generate the tests' models with \`npm run test:cpp\``);
  }
  return file;
}
