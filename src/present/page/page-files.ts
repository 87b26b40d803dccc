import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { LagerError } from "../../base/errors.ts";
import { replaceFile, unwritableFile } from "../../base/files.ts";
import { requireNoInput } from "../../base/output-checks.ts";
import { chartFiles } from "../charts/report-charts.ts";
import { makeReport, type ReportOptions, reportPage } from "./report.ts";

/**
 * Writes a page, whole or not at all.
 *
 * @param page as a text, or in parts that follow each other.
 * @throws LagerError `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function writePage(
  file: string,
  page: string | AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  await written("the page", file, () => replaceFile(file, page, { signal }));
}

/**
 * Writes evaluations as a page of their own.
 *
 * @param options.command What made it.
 * @throws LagerError as `makeReport` and {@link writePage} do.
 */
export async function writeReport(
  file: string,
  results: readonly EvalResult[],
  options: ReportOptions & { readonly command: string; readonly signal: AbortSignal },
): Promise<void> {
  const report = await makeReport(results, options);
  await writePage(file, await reportPage(report, options.command), options.signal);
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
  await written("the charts", folder, () => mkdir(folder, { recursive: true }));
  let count = 0;
  for (const [i, result] of results.entries()) {
    const prefix = results.length === 1 ? "" : `run-${i + 1}-`;
    for await (const { name, svg } of chartFiles(result, { signal })) {
      const file = path.join(folder, `${prefix}${name}`);
      await requireNoInput([file], read);
      await written("the chart", file, () => replaceFile(file, svg, { signal }));
      count++;
    }
  }
  return count;
}

async function written(what: string, file: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") {
      throw new LagerError("ABORTED", `writing ${what} was aborted`, { cause });
    }
    throw unwritableFile(what, file, cause);
  }
}
