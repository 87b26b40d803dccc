import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { LagerError } from "../../base/errors.ts";
import { Html, html } from "./html.ts";
import type { ItemTexts } from "./item-texts.ts";
import { pageAsset, pagePolicy, pageStyle } from "./page-shell.ts";
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
 * Evaluations as one HTML page. Everything is in it: its content security policy forbids it to load
 * anything, and to run any script but its own.
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
  const [style, script] = await Promise.all([pageStyle("report.css"), pageAsset("report.js")]);
  const title = isOne ? `${first.run.task}, judged by ${judgeName(first)}` : "lager report";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="top"><p class="kicker">lager report</p><button type="button" id="theme" hidden></button></div>
<main id="content">
${isOne ? null : runsOverview(results, prefixes)}${runs}</main>
<script type="module">${new Html(script)}</script>
</body>
</html>
`.markup;
}
