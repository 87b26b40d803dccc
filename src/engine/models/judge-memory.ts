import { totalmem } from "node:os";
import type { CatalogJudge } from "./catalog-judge.ts";

/** Tokens of a context where nobody asks for another number; as native/core has it. */
const DEFAULT_CONTEXT = 4096;

/** Bytes of a number in the key-value cache: f16. */
const KEY_VALUE_BYTES = 2;

/** What Node, llama.cpp's buffers for a call of 512 tokens and the captured layers take, at most. */
const BESIDE_BYTES = 512 * 1024 ** 2;

/**
 * Bytes of memory that a judge takes, about: its weights, a key-value cache for the default context
 * (a key and a value for each layer, head and token, in f16), and half a GiB for all else.
 */
export function judgeMemory({
  size,
  contextLength,
  keyValue,
}: Pick<CatalogJudge, "size" | "contextLength" | "keyValue">): number {
  const numbers = 2 * keyValue.layers * keyValue.heads * keyValue.size;
  const tokens = Math.min(DEFAULT_CONTEXT, contextLength);
  return size + tokens * numbers * KEY_VALUE_BYTES + BESIDE_BYTES;
}

/** Bytes of memory that this process may have: the machine's, or the container's. */
export function machineMemory(): number {
  const machine = totalmem();
  // 0 or more than there is where nothing constrains it.
  const constrained = process.constrainedMemory() ?? 0;
  return constrained > 0 && constrained < machine ? constrained : machine;
}

/** Whether a judge's memory fits: with room for other programs, hardly, or not at all. */
export const MEMORY_FITS = ["yes", "tight", "no"] as const;
export type MemoryFit = (typeof MEMORY_FITS)[number];

/** Beyond this share of the memory, other programs make the system read the weights again and again. */
const COMFORTABLE_SHARE = 0.7;
/** What is left of the memory beyond this share is the system's own. */
const LARGEST_SHARE = 0.95;

/** Whether so many bytes fit into a memory. */
export function memoryFit(bytes: number, memory: number): MemoryFit {
  if (bytes <= COMFORTABLE_SHARE * memory) return "yes";
  return bytes <= LARGEST_SHARE * memory ? "tight" : "no";
}
