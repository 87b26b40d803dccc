import { type Chart, NARROW, WIDE } from "../charts/chart.ts";
import { drawChart } from "../charts/draw-chart.ts";
import { Html, type HtmlContent, html } from "./html.ts";
import type { RunView } from "./run-view.ts";

/**
 * A chart over the whole column, with a caption that begins with what one sees. Charts as wide as
 * the column are drawn a second time for phones, where their text would be too small to read.
 *
 * @param caption How to read it. Default: nothing more.
 * @param figures A table of what is drawn, for those who want the figures.
 */
export async function figure(
  { prefix }: RunView,
  chart: Chart,
  caption: HtmlContent = null,
  figures: Html | null = null,
): Promise<Html> {
  const isWide = chart.width === WIDE;
  const svg = new Html(await drawChart(chart));
  return html`<figure id="${prefix}${chart.name}">
<h3>${chart.title}</h3>
<div class="${isWide ? "on-screen" : ""}">${svg}</div>
${isWide ? html`<div class="on-phone">${new Html(await drawChart(chart, NARROW))}</div>` : null}
<figcaption><p>${chart.description}${caption === null ? null : html` ${caption}`}</p>${figures}</figcaption>
</figure>
`;
}

/** Small charts of one kind side by side, each under its own title. */
export async function smallMultiples(
  { prefix }: RunView,
  id: string,
  title: string,
  charts: readonly Chart[],
  caption: HtmlContent,
): Promise<Html | null> {
  if (charts.length === 0) return null;
  const cells: Html[] = [];
  for (const chart of charts) {
    const svg = new Html(await drawChart(chart));
    cells.push(html`<div><h4>${chart.title}</h4>${svg}</div>`);
  }
  return html`<figure id="${prefix}${id}">
<h3>${title}</h3>
<div class="multiples" role="group" aria-label="${title}" tabindex="0">${cells}</div>
<figcaption><p>${caption}</p></figcaption>
</figure>
`;
}

/** A column of a plain table. */
export interface TableColumn {
  readonly name: HtmlContent;
  /** Texts are aligned to the left, figures to the right. Default: figures. */
  readonly text?: boolean;
}

/** A table of figures, in a box that scrolls sideways where it does not fit. */
export function figureTable(
  label: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlContent[])[],
): Html {
  const align = (column: TableColumn | undefined): string => (column?.text ? "" : "figure");
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${align(column)}">${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first = null, ...rest]) =>
      html`<tr><th scope="row" class="${align(columns[0])}">${first}</th>${rest.map(
        (cell, i) => html`<td class="${align(columns[i + 1])}">${cell}</td>`,
      )}</tr>
`,
  )}</tbody></table></div>`;
}

/** A table that is folded away under its chart. */
export function foldedTable(
  label: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlContent[])[],
): Html {
  return html`<details><summary>${label}</summary>${figureTable(label, columns, rows)}</details>`;
}
