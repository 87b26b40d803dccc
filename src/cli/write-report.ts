import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import type { EvalResult } from "../analysis/eval/eval-result.ts";
import { LagerError } from "../base/errors.ts";
import { replaceFile, unwritableFile } from "../base/files.ts";
import { type ItemTexts, readItemTexts } from "../present/page/item-texts.ts";
import type { StatusLine } from "./status-line.ts";

/**
 * Writes evaluations as one HTML page.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function writePage(
  file: string,
  results: readonly EvalResult[],
  status: StatusLine,
  signal: AbortSignal,
): Promise<void> {
  status.show("drawing");
  // Only where a report is made: no other command waits for what draws it.
  const { renderReport } = await import("../present/page/render-report.ts");
  const texts: ItemTexts[] = [];
  for (const result of results) texts.push(await readItemTexts(result, signal));
  const page = await renderReport(results, { texts, signal });
  await written(file, () => replaceFile(file, page, { signal }));
  status.clear();
  status.note(`report: ${file}`);
}

/**
 * Writes the charts of evaluations as SVG files into a folder, which is made where it is missing.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function writeCharts(
  folder: string,
  results: readonly EvalResult[],
  status: StatusLine,
  signal: AbortSignal,
): Promise<void> {
  status.show("drawing");
  const { chartFiles } = await import("../present/charts/report-charts.ts");
  await written(folder, () => mkdir(folder, { recursive: true }));
  let count = 0;
  for (const [i, result] of results.entries()) {
    const prefix = results.length === 1 ? "" : `run-${i + 1}-`;
    for await (const { name, svg } of chartFiles(result, { signal })) {
      const file = path.join(folder, `${prefix}${name}`);
      await written(file, () => replaceFile(file, svg, { signal }));
      count++;
    }
  }
  status.clear();
  status.note(`${count} charts: ${folder}`);
}

/**
 * Checks that charts may go into a folder, before anything is computed for them: it is missing,
 * empty, or `force` says that files in it may be replaced.
 *
 * @throws LagerError `OUTPUT_EXISTS`, `UNWRITABLE_OUTPUT`.
 */
export async function checkFolder(folder: string, force: boolean): Promise<void> {
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw unwritableFile("the folder of charts", folder, cause);
  });
  if (files.length === 0 || force) return;
  throw new LagerError(
    "OUTPUT_EXISTS",
    "the folder is not empty: write to another one with -o, or replace files in it with --force",
    { place: { file: folder } },
  );
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
