import { createHash } from "node:crypto";
import { cachedSha256 } from "./file-hash.ts";
import type { ModelCallOptions } from "./model-progress.ts";
import { modelFiles } from "./split-gguf.ts";

/**
 * SHA-256 of a judge's file, lower-case hex. Of a split GGUF: of its parts' hashes in lower-case hex, in
 * order, each followed by a line feed.
 *
 * @throws LagerError `UNREADABLE_FILE` or `ABORTED`.
 */
export async function modelSha256(
  file: string,
  options: ModelCallOptions & { readonly fresh?: boolean } = {},
): Promise<string> {
  const files = modelFiles(file);
  if (files.length === 1) return cachedSha256(file, options);
  const digest = createHash("sha256");
  for (const part of files) digest.update(`${await cachedSha256(part, options)}\n`);
  return digest.digest("hex");
}
