import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { replaceFile } from "../../base/files.ts";
import { isRunning } from "../../base/process-identity.ts";
import { modelsFolder, unwritableCache } from "./cache.ts";
import { cachedSha256 } from "./file-hash.ts";
import type { LayoutFigures } from "./layout-choice.ts";
import type { ModelCallOptions } from "./model-progress.ts";

/** What `lager judges prepare` found out about a judge on this machine, and what it kept. */
export interface Preparation {
  readonly schema: 1;
  /** SHA-256 of the judge's file as it came. */
  readonly sourceSha256: string;
  /** Features of the processor on which it was measured. */
  readonly cpuFeatures: string;
  readonly llama: string;
  readonly figures: readonly LayoutFigures[];
  /** The rewritten file; null where the judge is fastest as it is. */
  readonly kept: { readonly type: string; readonly file: string; readonly sha256: string } | null;
}

/** A prepared file that stands for a judge's own. */
export interface PreparedFile {
  readonly path: string;
  readonly type: string;
  readonly sha256: string;
}

/** Where a rewritten file of that type is kept. */
export function preparedPath(sourceSha256: string, type: string): string {
  return path.join(modelsFolder(), `prepared-${sourceSha256.slice(0, 16)}-${type}.gguf`);
}

/** Path of what was found out about a judge. */
export function recordPath(sourceSha256: string): string {
  return path.join(modelsFolder(), `prepared-${sourceSha256.slice(0, 16)}.json`);
}

/**
 * Keeps what was found out: the record is there whole or not at all.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export async function writePreparation(preparation: Preparation): Promise<void> {
  const file = recordPath(preparation.sourceSha256);
  await replaceFile(file, `${JSON.stringify(preparation, null, 2)}\n`).catch((error: unknown) => {
    throw unwritableCache(error);
  });
}

/** Removes the file that an earlier preparation kept, unless the new record names it too. */
export async function removeReplaced(before: Preparation | null, now: Preparation): Promise<void> {
  const file = before?.kept?.file;
  if (file === undefined || file === now.kept?.file) return;
  // Another process may have it mapped, which Windows does not let go of: then it stays.
  await rm(path.join(modelsFolder(), file), { force: true }).catch(() => {});
}

/** Removes what preparations left unfinished whose processes are gone: they were killed. */
export async function removeAbandoned(): Promise<void> {
  const names = await readdir(modelsFolder()).catch(() => []);
  for (const name of names) {
    const pid = /^prepared-.+\.(\d+)\.part$/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(path.join(modelsFolder(), name), { force: true }).catch(() => {});
  }
}

/** The record of a judge, by the hash of its file as it came; null when it was not prepared. */
export async function readPreparation(sourceSha256: string): Promise<Preparation | null> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(sourceSha256), "utf8"));
    return isPreparation(record) && record.sourceSha256 === sourceSha256 ? record : null;
  } catch {
    // Not there, or not whole: the judge counts as not prepared.
    return null;
  }
}

/**
 * The prepared file of a judge; null when it was not prepared, or is fastest as it is.
 *
 * @param cpuFeatures of this machine's kernels: what was measured with others says nothing here.
 * @throws LagerError `CHECKSUM_MISMATCH` when the file is not the one that was written.
 */
export async function findPrepared(
  sourceSha256: string,
  cpuFeatures: string,
  options: ModelCallOptions = {},
): Promise<PreparedFile | null> {
  const preparation = await readPreparation(sourceSha256);
  const kept = preparation?.cpuFeatures === cpuFeatures ? preparation.kept : null;
  if (kept === null) return null;
  const file = path.join(modelsFolder(), kept.file);
  const isThere = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isThere) return null;
  if ((await cachedSha256(file, options)) !== kept.sha256) {
    throw new LagerError(
      "CHECKSUM_MISMATCH",
      "the prepared judge is not the file that was written: run `lager judges prepare` again, or " +
        "use `--prepared off`",
      { place: { file } },
    );
  }
  return { path: file, type: kept.type, sha256: kept.sha256 };
}

function isPreparation(value: unknown): value is Preparation {
  if (typeof value !== "object" || value === null) return false;
  const { schema, sourceSha256, kept } = value as Partial<Preparation>;
  if (schema !== 1 || typeof sourceSha256 !== "string") return false;
  return (
    kept === null ||
    (typeof kept === "object" &&
      typeof kept.type === "string" &&
      typeof kept.sha256 === "string" &&
      typeof kept.file === "string" &&
      path.basename(kept.file) === kept.file)
  );
}
