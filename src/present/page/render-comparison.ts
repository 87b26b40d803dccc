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
import { type Section, section } from "./run-view.ts";

/** The page has no other run from which its sections would be kept apart. */
const ALONE = { prefix: "" };

/**
 * A comparison of systems as one HTML page, in the frame of every page.
 */
export async function renderComparison(comparison: SystemComparison): Promise<string> {
  const names = comparison.systems.map(({ name }) => name);
  const title = names.length === 2 ? names.join(" and ") : `${names.length} systems`;
  const { notes, movers } = comparison;
  const sections = [
    await differences(comparison),
    ...comparisonTables(comparison).map(tableSection),
    moverSection(movers),
  ].filter((each) => each !== null);
  const content = html`<header>
<h1>${title} <span class="muted">compared</span></h1>
<p class="lead">${leadText(comparison)}</p>
${notes.length === 0 ? null : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p class="note">${comparedText(comparison)}.</p>
</header>
${sections.map(({ markup }) => markup)}`;
  return readingPage({
    title: `${title}, compared`,
    command: "lager compare",
    links: sections,
    content,
  });
}

async function differences(comparison: SystemComparison): Promise<Section | null> {
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
  return section(
    ALONE,
    "differences",
    "Difference of the means",
    html`${figures}<p class="note">Each bar is the interval of a difference; a cross stands for one that the data do not settle.</p>`,
  );
}

function tableSection(
  { title, columns, endsInText, rows, below }: ComparisonTable,
  index: number,
): Section {
  const shown = columns.map((name, i) => ({
    name,
    text: i === 0 || (endsInText && i === columns.length - 1),
  }));
  return section(
    ALONE,
    `table-${index + 1}`,
    `${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    html`${figureTable(title, shown, rows)}
${below.map((line) => html`<p class="note">${line}</p>`)}`,
  );
}

function moverSection(movers: readonly Mover[]): Section | null {
  if (movers.length === 0) return null;
  return section(ALONE, "movers", "What moved most", movers.map(moverDetails));
}

function moverDetails(mover: Mover): Html {
  const texts = moverTexts(mover);
  if (texts.length === 0) return html`<p>${moverTitle(mover)}</p>`;
  return html`<details><summary>${moverTitle(mover)}</summary>${texts.map(
    ({ name, text }) => html`<h4>${name}</h4><pre>${text}</pre>`,
  )}</details>
`;
}
