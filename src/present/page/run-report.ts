import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { throwIfAborted } from "../../base/errors.ts";
import { reportCharts } from "../charts/report-charts.ts";
import { countText } from "../terminal/figure-text.ts";
import { factsSection } from "./facts-section.ts";
import { groupSections } from "./groups-section.ts";
import { Html, type HtmlContent, html } from "./html.ts";
import type { ItemTexts } from "./item-texts.ts";
import { disagreementsSection, itemTableSection } from "./items-section.ts";
import { layersSection } from "./layers-section.ts";
import { methodsSection } from "./methods-section.ts";
import { predictionsSection } from "./predictions-section.ts";
import { judgeName, type RunView } from "./run-view.ts";
import { summarySentences } from "./summary.ts";

/**
 * One run's part of the page: its summary, and a section for everything that it has figures for.
 *
 * @throws LagerError `ABORTED`.
 */
export async function runReport(
  result: EvalResult,
  texts: ItemTexts,
  prefix: string,
  signal?: AbortSignal,
): Promise<Html> {
  const view: RunView = { result, charts: reportCharts(result), texts, prefix };
  const parts: ((view: RunView) => HtmlContent | Promise<HtmlContent>)[] = [
    (given) => (given.result.counts.evaluated === 0 ? null : methodsSection(given)),
    layersSection,
    predictionsSection,
    groupSections,
    disagreementsSection,
    itemTableSection,
    factsSection,
  ];
  const sections: HtmlContent[] = [];
  for (const part of parts) {
    throwIfAborted(signal, "the report");
    sections.push(await part(view));
  }
  const content = html`${sections}`;
  return html`<article class="run">${head(view, content)}
${content}</article>
`;
}

function head({ result, prefix }: RunView, content: Html): Html {
  const { run, counts, notes } = result;
  const [verdict = "", ...more] = summarySentences(result);
  const size = [
    `${countText(counts.records)} ${counts.records === 1 ? "record" : "records"}`,
    `${run.criteria.length} ${run.criteria.length === 1 ? "criterion" : "criteria"}`,
    `${countText(counts.scored)} lines scored`,
    ...(counts.failed === 0 ? [] : [`${countText(counts.failed)} failed`]),
    `${countText(counts.evaluated)} with a human score`,
  ];
  return html`<header>
<h1 id="${prefix}title">${run.task} <span class="muted">judged by</span> ${judgeName(result)}</h1>
<p class="lead">${verdict}</p>
${more.length === 0 ? null : html`<p>${more.join(" ")}</p>`}
${notes.length === 0 ? null : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p class="note">${size.join(", ")}.</p>
<nav aria-label="Sections of ${run.task} judged by ${judgeName(result)}"><ul>${contents(content)}</ul></nav>
</header>`;
}

/** Links to the sections that there are, by their headings. */
function contents({ markup }: Html): Html[] {
  const headings = markup.matchAll(/<section id="([\w-]+)"[^>]*>\s*<h2[^>]*>([^<]*)<\/h2>/g);
  return [...headings].map(
    ([, id = "", heading = ""]) => html`<li><a href="#${id}">${new Html(heading)}</a></li>`,
  );
}
