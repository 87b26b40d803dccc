import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "./errors.ts";
import { unwritableFile } from "./files.ts";

/**
 * Checks that a run file can be created, before a judge is fetched and loaded for it. Creating it
 * checks again.
 *
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
 */
export async function checkOutput(file: string, force: boolean): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory() === true) {
    throw new LagerError("UNWRITABLE_OUTPUT", "this is a folder: name a file in it with -o", {
      place: { file },
    });
  }
  const exists = found !== null;
  if (exists && !force) {
    throw new LagerError(
      "OUTPUT_EXISTS",
      "the output file exists already: write to another file with -o, or replace it with --force",
      { place: { file } },
    );
  }
  const target = exists ? file : path.dirname(path.resolve(file));
  await access(target, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new LagerError("UNWRITABLE_OUTPUT", whyNot(exists, target, cause), {
      place: { file },
      cause,
    });
  });
}

/**
 * Checks that files may go into a folder, before anything is computed for them: it is missing,
 * empty, or `force` says that files in it may be replaced.
 *
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
 */
export async function checkFolder(folder: string, force: boolean): Promise<void> {
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw unwritableFile("the folder", folder, cause);
  });
  if (files.length === 0 || force) return;
  throw new LagerError(
    "OUTPUT_EXISTS",
    "the folder is not empty: write to another one with -o, or replace files in it with --force",
    { place: { file: folder } },
  );
}

function whyNot(exists: boolean, target: string, { code }: NodeJS.ErrnoException): string {
  if (exists) return "the file may not be written: choose another one with -o";
  return code === "ENOENT"
    ? `there is no folder ${target}: make it first, or choose another place with -o`
    : `its folder ${target} may not be written: choose another place with -o`;
}
