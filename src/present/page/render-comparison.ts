import type { Mover, SystemComparison } from "../../analysis/compare/comparison-result.ts";
import { NARROW } from "../charts/chart.ts";
import { differenceIntervals } from "../charts/difference-intervals.ts";
import { drawChart } from "../charts/draw-chart.ts";
import {
  type ComparisonTable,
  comparedText,
  comparisonScopes,
  comparisonTables,
  leadText,
} from "../compare/comparison-tables.ts";
import { moverTexts, moverTitle } from "../compare/mover-texts.ts";
import { figureTable } from "./figure.ts";
import { Html, html } from "./html.ts";
import { readingPage } from "./page-shell.ts";

/**
 * A comparison of systems as one HTML page, in the look of the report; see {@link readingPage}.
 */
export async function renderComparison(comparison: SystemComparison): Promise<string> {
  const names = comparison.systems.map(({ name }) => name);
  const title = names.length === 2 ? names.join(" and ") : `${names.length} systems`;
  const { notes, movers } = comparison;
  const content = html`<article class="run">
<header>
<h1>${title} <span class="muted">compared</span></h1>
<p class="lead">${leadText(comparison)}</p>
${notes.length === 0 ? null : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p class="note">${comparedText(comparison)}.</p>
</header>
${await differences(comparison)}
${comparisonTables(comparison).map(tableSection)}
${movers.length === 0 ? null : moverSection(movers)}
</article>
`;
  return readingPage({ title: `${title}, compared`, command: "lager compare", content });
}

async function differences(comparison: SystemComparison): Promise<Html | null> {
  const charts = differenceIntervals(comparisonScopes(comparison));
  if (charts.length === 0) return null;
  const figures: Html[] = [];
  for (const chart of charts) {
    figures.push(html`<figure>
${charts.length === 1 ? null : html`<h3>${chart.title}</h3>`}
<div class="on-screen">${new Html(await drawChart(chart))}</div>
<div class="on-phone">${new Html(await drawChart(chart, NARROW))}</div>
</figure>
`);
  }
  return html`<section aria-labelledby="differences-title">
<h2 id="differences-title">Difference of the means</h2>
${figures}<p class="note">Each bar is the interval of a difference; a cross stands for one that the data do not settle.</p>
</section>`;
}

function tableSection({ title, columns, endsInText, rows, below }: ComparisonTable): Html {
  const shown = columns.map((name, i) => ({
    name,
    text: i === 0 || (endsInText && i === columns.length - 1),
  }));
  return html`<section aria-label="${title}">
<h2>${title.charAt(0).toUpperCase()}${title.slice(1)}</h2>
${figureTable(title, shown, rows)}
${below.map((line) => html`<p class="note">${line}</p>`)}
</section>
`;
}

function moverSection(movers: readonly Mover[]): Html {
  return html`<section aria-labelledby="movers-title">
<h2 id="movers-title">What moved most</h2>
${movers.map((mover) => {
  const texts = moverTexts(mover);
  if (texts.length === 0) return html`<p>${moverTitle(mover)}</p>`;
  return html`<details><summary>${moverTitle(mover)}</summary>${texts.map(
    ({ name, text }) => html`<h4>${name}</h4><pre>${text}</pre>`,
  )}</details>
`;
})}</section>`;
}
