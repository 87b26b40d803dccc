import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { countText, figureText, intervalText } from "../../base/figure-text.ts";
import { figureTable } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { methodName } from "./method-name.ts";
import { judgeName } from "./run-title.ts";

/** Several runs side by side, by their main methods; each name leads to the run's own part. */
export function runsOverview(results: readonly EvalResult[], prefixes: readonly string[]): Html {
  const methods = [...new Set(results.flatMap(({ mainMethods }) => mainMethods))];
  return html`<h1>${results.length} runs</h1>
${figureTable(
  "Runs",
  [
    { name: "Run", text: true },
    ...methods.map((name) => ({ name: methodName(name) })),
    { name: "with human score" },
  ],
  results.map((result, i) => [
    html`<a href="#${prefixes[i] ?? ""}title">${result.run.task}</a><small>${judgeName(result.run)}</small>`,
    ...methods.map((name) => {
      const figures = result.methods.find(({ method }) => method === name);
      if (figures === undefined) return "–";
      const { spearman } = figures;
      return html`${figureText(spearman.value)}<small>${intervalText(spearman)}</small>`;
    }),
    countText(result.counts.evaluated),
  ]),
)}
<p class="note">Spearman correlation with the human scores, the mean over the criteria, with 95 % intervals. Runs on different tasks or items cannot be compared.</p>
`;
}
