import { constants, fstatSync } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "./errors.ts";
import { unwritableFile } from "./files.ts";

/**
 * Checks that a file can be created, before anything is computed for it. Creating it checks again.
 *
 * @param inputs - files that it must not replace: {@link requireNoInput}.
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`, `INVALID_ARGUMENT`.
 */
export async function checkOutput(
  file: string,
  force: boolean,
  inputs: Iterable<string | undefined> = [],
): Promise<void> {
  await requireNoInput([file], inputs);
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory() === true) {
    throw new LagerError("UNWRITABLE_OUTPUT", "this is a folder: name a file in it", {
      place: { file },
    });
  }
  const exists = found !== null;
  if (exists && !force) {
    throw new LagerError(
      "OUTPUT_EXISTS",
      "the output file exists already: write to another file, or replace it with --force",
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
 * Checks that nothing that is read would be replaced by what is written: by no other spelling of its
 * name, no link to it, and no other case where the file system does not tell cases apart.
 *
 * @param inputs - paths, `-` for standard input; what is not there, or not a file, is no matter.
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export async function requireNoInput(
  outputs: Iterable<string>,
  inputs: Iterable<string | undefined>,
): Promise<void> {
  const read = new Map<string, string>();
  for (const input of inputs) {
    const identity = input === undefined ? null : await identityOf(input);
    if (input !== undefined && identity !== null) read.set(identity, input);
  }
  for (const output of outputs) {
    const input = read.get((await identityOf(output)) ?? "");
    if (input === undefined) continue;
    const which = input === "-" ? "standard input" : input;
    throw new LagerError(
      "INVALID_ARGUMENT",
      `this is ${which === output ? "what is read" : `${which}, which is read`}, and it would be ` +
        "replaced: write to another file",
      { place: { file: output } },
    );
  }
}

/** Device and inode of a file; null where there is none. */
async function identityOf(file: string): Promise<string | null> {
  try {
    const found =
      file === "-" ? fstatSync(0, { bigint: true }) : await stat(file, { bigint: true });
    return found.isFile() ? `${found.dev} ${found.ino}` : null;
  } catch {
    return null;
  }
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
    "the folder is not empty: write to another one, or replace files in it with --force",
    { place: { file: folder } },
  );
}

function whyNot(exists: boolean, target: string, { code }: NodeJS.ErrnoException): string {
  if (exists) return "the file may not be written: choose another one";
  return code === "ENOENT"
    ? `there is no folder ${target}: make it first, or choose another place`
    : `its folder ${target} may not be written: choose another place`;
}
