import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../errors.ts";

/**
 * Checks that a run file can be created, before a judge is fetched and loaded for it. Creating it
 * checks again.
 *
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
 */
export async function checkOutput(file: string, force: boolean): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists && !force) {
    throw new LagerError(
      "OUTPUT_EXISTS",
      "the output file exists already: write to another file with -o, or replace it with --force",
      { place: { file } },
    );
  }
  const target = exists ? file : path.dirname(path.resolve(file));
  await access(target, constants.W_OK).catch((cause: unknown) => {
    throw new LagerError(
      "UNWRITABLE_OUTPUT",
      `${exists ? "the file" : `its folder ${target}`} does not exist or may not be written: choose another place with -o`,
      { place: { file }, cause },
    );
  });
}
