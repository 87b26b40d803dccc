import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { exists, unwritableFile, writeWhole } from "../../base/files.ts";
import { INIT_FOLDER, SCHEMAS_FOLDER } from "../../base/package-paths.ts";

/** What a new folder is given: the task, data to try it with, settings, and what editors check it by. */
const FILES = [
  ["task.yaml", INIT_FOLDER],
  ["answers.jsonl", INIT_FOLDER],
  ["lager.yaml", INIT_FOLDER],
  ["task.schema.json", SCHEMAS_FOLDER],
] as const;

/**
 * Writes a commented task, sample data and settings into a folder, to begin from.
 *
 * @param options.force Replace files of these names. Default false: then nothing is written where one
 *   is there.
 * @returns the files, in the order in which they are worth reading.
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
 */
export async function initFolder(
  folder: string,
  options: { readonly force?: boolean } = {},
): Promise<string[]> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unwritableFile("the folder", folder, cause);
  });
  const files = FILES.map(([name]) => path.join(folder, name));
  for (const file of files) {
    if (options.force === true || !(await exists(file))) continue;
    throw new LagerError(
      "OUTPUT_EXISTS",
      "this file is there already: give another folder, or replace it with --force",
      { place: { file } },
    );
  }
  for (const [name, source] of FILES) {
    await writeWhole(
      path.join(folder, name),
      await readFile(path.join(source, name), "utf8"),
      name,
    );
  }
  return files;
}
