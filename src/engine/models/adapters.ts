import { createHash } from "node:crypto";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { cachedSha256 } from "./file-hash.ts";
import type { ModelCallOptions } from "./model-progress.ts";

/** A LoRA adapter that is put on a judge. */
export interface LoraAdapter {
  /** Path of its GGUF file. */
  readonly path: string;
  /** What its changes are multiplied with, beside its own scale; not 0. Default 1. */
  readonly scale?: number;
}

/** An adapter's file on this machine. */
export interface ResolvedAdapter {
  /** Absolute. */
  readonly path: string;
  readonly scale: number;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
}

/**
 * Finds the files of adapters and hashes them.
 *
 * @throws LagerError `INVALID_ARGUMENT`, `UNREADABLE_FILE`, `ABORTED`.
 */
export async function resolveAdapters(
  adapters: readonly LoraAdapter[],
  options: ModelCallOptions = {},
): Promise<ResolvedAdapter[]> {
  const resolved: ResolvedAdapter[] = [];
  for (const { path: file, scale = 1 } of adapters) {
    if (typeof file !== "string" || !Number.isFinite(scale) || Math.fround(scale) === 0) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `an adapter is given by the path of its file and a scale other than 0, not by ${String(file)} and ${scale}`,
      );
    }
    resolved.push({ path: path.resolve(file), scale, sha256: await cachedSha256(file, options) });
  }
  return resolved;
}

/**
 * What stands for a judge and the adapters on it: SHA-256, lower-case hex, of the judge's own hash
 * and each adapter's hash and scale, in order, each on a line of its own. Without adapters the
 * judge's own hash.
 */
export function adaptedSha256(judgeSha256: string, adapters: readonly ResolvedAdapter[]): string {
  if (adapters.length === 0) return judgeSha256;
  const digest = createHash("sha256").update(`${judgeSha256}\n`);
  for (const { sha256, scale } of adapters) digest.update(`${sha256} ${scale}\n`);
  return digest.digest("hex");
}
