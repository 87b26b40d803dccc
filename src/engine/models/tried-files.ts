import { createHash } from "node:crypto";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { findLibraryFolder } from "../../base/library-folder.ts";
import { version } from "../../base/version.ts";
import { cacheFolder } from "./cache.ts";

/** What was loaded, and where: another file, device or native code may behave in another way. */
export interface TriedFiles {
  /** SHA-256 of the judge's file and of the adapters on it. */
  readonly hashes: readonly string[];
  /** What else decides which code reads them: "gpu auto". */
  readonly settings: readonly string[];
}

/** Whether these files have been loaded here, by the same native code, without harm. */
export async function wereTried(files: TriedFiles): Promise<boolean> {
  return stat(await recordPath(files)).then(
    () => true,
    () => false,
  );
}

/** Remembers that they have been. */
export async function rememberTried(files: TriedFiles): Promise<void> {
  const target = await recordPath(files);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, `${JSON.stringify({ ...files, version })}\n`);
  } catch {
    // A read-only cache folder costs time at the next load, no more.
  }
}

async function recordPath({ hashes, settings }: TriedFiles): Promise<string> {
  const key = JSON.stringify([version, process.arch, await libraryState(), hashes, settings]);
  const digest = createHash("sha256").update(key).digest("hex");
  return path.join(cacheFolder(), "tried", `${digest.slice(0, 32)}.json`);
}

/** The addon and llama.cpp's libraries as they are: names, sizes, times of modification. */
async function libraryState(): Promise<string[]> {
  const folder = findLibraryFolder();
  if (folder === undefined) return [];
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(path.join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}
