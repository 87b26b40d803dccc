import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { throwIfAborted } from "../../base/errors.ts";
import { countText } from "../../base/figure-text.ts";
import { reportCharts } from "../charts/report-charts.ts";
import { beyondSection } from "./beyond-section.ts";
import { disagreementsSection } from "./disagreements-section.ts";
import { factsSection } from "./facts-section.ts";
import { groupSections } from "./groups-section.ts";
import { type Html, html } from "./html.ts";
import type { ItemTexts } from "./item-texts.ts";
import { layersSection } from "./layers-section.ts";
import { methodsSection } from "./methods-section.ts";
import { predictionsSection } from "./predictions-section.ts";
import { questionsSection } from "./questions-section.ts";
import { runHeading } from "./run-title.ts";
import type { RunView, Section } from "./run-view.ts";
import { summarySentences } from "./summary.ts";

/** What a part of the page consists of; null where the run has no figures for it. */
type Sections = Section | readonly Section[] | null;

/**
 * One run's part of the page: its verdict, and a section for everything that it has figures for.
 *
 * @throws LagerError `ABORTED`.
 */
export async function runReport(
  result: EvalResult,
  texts: ItemTexts,
  prefix: string,
  signal?: AbortSignal,
): Promise<{ readonly head: Html; readonly sections: Section[] }> {
  const view: RunView = { result, charts: reportCharts(result), texts, prefix };
  const parts: ((view: RunView) => Sections | Promise<Sections>)[] = [
    methodsSection,
    beyondSection,
    questionsSection,
    layersSection,
    predictionsSection,
    groupSections,
    disagreementsSection,
    factsSection,
  ];
  const sections: Section[] = [];
  for (const part of parts) {
    throwIfAborted(signal, "the report");
    const made = await part(view);
    sections.push(...(made === null ? [] : [made].flat()));
  }
  return { head: head(view), sections };
}

function head({ result, prefix }: RunView): Html {
  const { run, counts, notes } = result;
  const [verdict = "", ...more] = summarySentences(result);
  const size = [
    `${countText(counts.records)} ${counts.records === 1 ? "record" : "records"}`,
    `${run.criteria.length} ${run.criteria.length === 1 ? "criterion" : "criteria"}`,
    `${countText(counts.scored)} lines scored`,
    ...(counts.failed === 0 ? [] : [`${countText(counts.failed)} failed`]),
    `${countText(counts.evaluated)} with a human score`,
  ];
  return html`${runHeading(run, prefix)}
<p class="lead">${verdict}</p>
${more.length === 0 ? null : html`<p>${more.join(" ")}</p>`}
${notes.length === 0 ? null : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p class="note">${size.join(", ")}.</p>
`;
}
