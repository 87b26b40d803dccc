import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import type { ReportCharts } from "../charts/report-charts.ts";
import { type Html, type HtmlContent, html } from "./html.ts";
import type { ItemTexts } from "./item-texts.ts";
import type { PageLink } from "./page-shell.ts";

/** One run of a report, and what its sections are made from. */
export interface RunView {
  readonly result: EvalResult;
  readonly charts: ReportCharts;
  readonly texts: ItemTexts;
  /** Stands before every id, so that runs on one page keep apart; empty on a page of one run. */
  readonly prefix: string;
}

/** A section of a run's part of the page; links lead to it by its id. */
export interface Section extends PageLink {
  readonly markup: Html;
}

/** A section under its heading. */
export function section(
  { prefix }: Pick<RunView, "prefix">,
  name: string,
  heading: string,
  content: HtmlContent,
): Section {
  const id = `${prefix}${name}`;
  const markup = html`<section class="part" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${heading}</h2>
${content}
</section>
`;
  return { id, heading, markup };
}
