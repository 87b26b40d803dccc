import { readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { replaceFile } from "../../base/files.ts";
import { isObject } from "../../base/json.ts";
import { unwritableCache } from "./cache.ts";
import { cachedSha256 } from "./file-hash.ts";
import type { HubFile } from "./hub.ts";
import type { ModelCallOptions } from "./model-progress.ts";
import { modelFiles } from "./split-gguf.ts";

/** What the hub said of a file when it was downloaded, as it is kept beside the file. */
interface HubRecord extends HubFile {
  readonly schema: 1;
  readonly sha256: string;
}

/** Where what the hub said of a file is kept. */
function recordPath(file: string): string {
  return `${file}.hub.json`;
}

/**
 * Keeps what the hub said of a file, beside it, where it said a hash.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export async function keepHubRecord(file: string, { url, sha256, size }: HubFile): Promise<void> {
  if (sha256 === null) return;
  const record: HubRecord = { schema: 1, url, sha256, size };
  await replaceFile(recordPath(file), `${JSON.stringify(record)}\n`).catch((error: unknown) => {
    throw unwritableCache(error);
  });
}

/** SHA-256 that the hub said a file has; null where it said none. */
export async function hubSha256(file: string): Promise<string | null> {
  return (await readRecord(file))?.sha256 ?? null;
}

/** Whether a file from the hub is there, and as long as the hub said. */
export async function isFromHub(file: string): Promise<boolean> {
  const size = await stat(file).then(
    (stats) => (stats.isFile() ? stats.size : null),
    () => null,
  );
  const said = (await readRecord(file))?.size ?? null;
  return size !== null && (said === null || said === size);
}

/**
 * Compares a model's files with what the hub said of them. One that is another is removed: nobody
 * can judge with it, and the next call fetches it anew. A file of which the hub said nothing is
 * taken as it is.
 *
 * @throws LagerError `CHECKSUM_MISMATCH`, `UNREADABLE_FILE`, `ABORTED`.
 */
export async function requireHubFiles(
  model: string,
  options: ModelCallOptions = {},
): Promise<void> {
  for (const file of modelFiles(model)) {
    const record = await readRecord(file);
    if (record === null) continue;
    const wrong = await differenceTo(record, file, options);
    if (wrong === null) continue;
    await rm(file, { force: true });
    await rm(recordPath(file), { force: true });
    throw new LagerError(
      "CHECKSUM_MISMATCH",
      `${wrong} by what the hub says of ${record.url}; it was removed. Try again: if it happens ` +
        "again, something between here and the hub changes files",
      { place: { file } },
    );
  }
}

/** What is wrong with a file; null where nothing is. */
async function differenceTo(
  { sha256, size }: HubRecord,
  file: string,
  options: ModelCallOptions,
): Promise<string | null> {
  const stats = await stat(file).catch(() => null);
  // A length that is wrong spares the reading of gigabytes.
  if (stats !== null && size !== null && stats.size !== size) {
    return `the file has ${stats.size} bytes, it should have ${size}`;
  }
  const actual = await cachedSha256(file, options);
  return actual === sha256 ? null : `the file's SHA-256 is ${actual}, it should be ${sha256}`;
}

async function readRecord(file: string): Promise<HubRecord | null> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(path.resolve(file)), "utf8"));
    return isHubRecord(record) ? record : null;
  } catch {
    // Not there, or not whole: then nothing is known of the file.
    return null;
  }
}

function isHubRecord(value: unknown): value is HubRecord {
  return (
    isObject(value) &&
    value.schema === 1 &&
    typeof value.url === "string" &&
    typeof value.sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(value.sha256) &&
    (value.size === null || Number.isSafeInteger(value.size))
  );
}
