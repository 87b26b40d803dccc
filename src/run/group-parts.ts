import { readRun } from "./read-run.ts";
import type { RunHeader } from "./run-format.ts";
import { runPartDifference } from "./run-parts.ts";

/**
 * Run files by the run that they are parts of, in the order of the first of each.
 *
 * @throws LagerError as `readRun` does.
 */
export async function groupParts(files: readonly string[]): Promise<string[][]> {
  const groups: { readonly header: RunHeader; readonly files: string[] }[] = [];
  for (const file of files) {
    const { header } = await readRun(file);
    const group = groups.find((each) => runPartDifference(each.header, header) === null);
    if (group === undefined) groups.push({ header, files: [file] });
    else group.files.push(file);
  }
  return groups.map((group) => group.files);
}
