import { LagerError } from "../../base/errors.ts";
import { replaceFile, unwritableFile } from "../../base/files.ts";
import type { RunTable } from "../../run/run-table.ts";
import { embeddedPage } from "./view-page.ts";

/**
 * Writes the page of runs with the runs in it.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function exportView(
  file: string,
  tables: readonly RunTable[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await replaceFile(file, embeddedPage(tables), { signal });
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") {
      throw new LagerError("ABORTED", "writing the page was aborted", { cause });
    }
    throw unwritableFile("the page", file, cause);
  }
}
