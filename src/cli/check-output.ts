import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../errors.ts";
import { exists } from "../run/exists.ts";

/**
 * Checks that a run file can be created, before a judge is fetched and loaded for it. Creating it
 * checks again.
 *
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
 */
export async function checkOutput(file: string, force: boolean): Promise<void> {
  const isThere = await exists(file);
  if (isThere && !force) {
    throw new LagerError(
      "OUTPUT_EXISTS",
      "the output file exists already: write to another file with -o, or replace it with --force",
      { place: { file } },
    );
  }
  const target = isThere ? file : path.dirname(path.resolve(file));
  await access(target, constants.W_OK).catch((cause: unknown) => {
    throw new LagerError(
      "UNWRITABLE_OUTPUT",
      `${isThere ? "the file" : `its folder ${target}`} does not exist or may not be written: choose another place with -o`,
      { place: { file }, cause },
    );
  });
}
