import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { LagerError } from "../../base/errors.ts";
import { replaceFile, unwritableFile } from "../../base/files.ts";
import { requireNoInput } from "../../base/output-checks.ts";
import { chartFiles } from "../charts/report-charts.ts";
import { type ItemTexts, readItemTexts } from "./item-texts.ts";
import { renderReport } from "./render-report.ts";

/**
 * Writes evaluations as one HTML page.
 *
 * @param options.data what was scored, for its texts. Default: what each run names, if it is still there.
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function writePage(
  file: string,
  results: readonly EvalResult[],
  { signal, data }: { readonly signal: AbortSignal; readonly data?: string | undefined },
): Promise<void> {
  const texts: ItemTexts[] = [];
  for (const result of results) texts.push(await readItemTexts(result, { data, signal }));
  const page = await renderReport(results, { texts, signal });
  await written(file, () => replaceFile(file, page, { signal }));
}

/**
 * Writes the charts of evaluations as SVG files into a folder, which is made where it is missing.
 *
 * @param read - files that no chart may replace.
 * @returns how many there are.
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function writeCharts(
  folder: string,
  results: readonly EvalResult[],
  { signal, read = [] }: { readonly signal: AbortSignal; readonly read?: readonly string[] },
): Promise<number> {
  await written(folder, () => mkdir(folder, { recursive: true }));
  let count = 0;
  for (const [i, result] of results.entries()) {
    const prefix = results.length === 1 ? "" : `run-${i + 1}-`;
    for await (const { name, svg } of chartFiles(result, { signal })) {
      const file = path.join(folder, `${prefix}${name}`);
      await requireNoInput([file], read);
      await written(file, () => replaceFile(file, svg, { signal }));
      count++;
    }
  }
  return count;
}

async function written(file: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") {
      throw new LagerError("ABORTED", "the report was aborted", { cause });
    }
    throw unwritableFile("the report", file, cause);
  }
}
