import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../base/errors.ts";

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

function whyNot(exists: boolean, target: string, { code }: NodeJS.ErrnoException): string {
  if (exists) return "the file may not be written: choose another one with -o";
  return code === "ENOENT"
    ? `there is no folder ${target}: make it first, or choose another place with -o`
    : `its folder ${target} may not be written: choose another place with -o`;
}
