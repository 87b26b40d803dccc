import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { LagerError } from "../../base/errors.ts";
import { type Html, html } from "./html.ts";
import type { ItemTexts } from "./item-texts.ts";
import { readingPage } from "./page-shell.ts";
import { runReport } from "./run-report.ts";
import { judgeName } from "./run-view.ts";
import { runsOverview } from "./runs-overview.ts";

/** What a report can have beside the evaluations. */
export interface ReportOptions {
  /** Of each evaluation, texts of the items on which methods disagree. Default: none. */
  readonly texts?: readonly ItemTexts[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluations as one HTML page; see {@link readingPage}.
 *
 * @param results At least one.
 * @throws LagerError `ABORTED`, `INVALID_ARGUMENT` when there is nothing to report.
 */
export async function renderReport(
  results: readonly EvalResult[],
  options: ReportOptions = {},
): Promise<string> {
  const [first] = results;
  if (first === undefined) {
    throw new LagerError("INVALID_ARGUMENT", "there is no evaluation to report");
  }
  const isOne = results.length === 1;
  const prefixes = results.map((_, i) => (isOne ? "" : `run-${i + 1}-`));
  const runs: Html[] = [];
  for (const [i, result] of results.entries()) {
    const texts = options.texts?.[i] ?? new Map();
    runs.push(await runReport(result, texts, prefixes[i] ?? "", options.signal));
  }
  const title = isOne ? `${first.run.task}, judged by ${judgeName(first)}` : "lager report";
  const content = html`${isOne ? null : runsOverview(results, prefixes)}${runs}`;
  return readingPage({ title, command: "lager report", content });
}
