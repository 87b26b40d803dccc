import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { llamaSources } from "../../scripts/docs/chat-templates.mjs";
import { scratchFolder } from "./scratch.ts";

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

/** A generated file with a chat template of its own, from a file in Jinja; it goes with the test. */
export async function tinyGgufWith({
  name = "llama-bpe-untied",
  chatTemplate,
}: {
  readonly name?: string;
  readonly chatTemplate: string;
}): Promise<string> {
  const folder = await scratchFolder();
  const generator = new URL("../../build/native/test/make_tiny_gguf", import.meta.url);
  const vocabularies = path.join(llamaSources(), "models");
  await promisify(execFile)(fileURLToPath(generator), [
    "--chat-template",
    chatTemplate,
    vocabularies,
    folder,
    name,
  ]);
  return path.join(folder, `${name}.gguf`);
}
