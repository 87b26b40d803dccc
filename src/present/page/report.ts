import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { LagerError } from "../../base/errors.ts";
import { type Html, html } from "./html.ts";
import { type ItemTexts, readItemTexts } from "./item-texts.ts";
import { linkList, type PageLink, readingPage } from "./page-shell.ts";
import { runReport } from "./run-report.ts";
import { pageTitle } from "./run-title.ts";
import { runsOverview } from "./runs-overview.ts";

/** Evaluations as parts of a page. */
export interface Report {
  readonly title: string;
  /** Heading and verdict. */
  readonly head: Html;
  readonly links: readonly PageLink[];
  readonly sections: Html;
}

/** What is read and waited for beside the evaluations. */
export interface ReportOptions {
  /** What was scored, for its texts. Default: what each run names, if it is still there. */
  readonly data?: string | undefined;
  /** Whether texts stand beside the items on which methods disagree. Default: true. */
  readonly texts?: boolean | undefined;
  /** Finds these texts. Default: `readItemTexts`. @param run Index of the evaluation. */
  readonly findTexts?: ((result: EvalResult, run: number) => Promise<ItemTexts>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a report of evaluations, with the texts of the items on which methods disagree.
 *
 * @param results At least one.
 * @throws LagerError `ABORTED`, `INVALID_ARGUMENT` when there is nothing to report, and what reading
 *   the texts throws.
 */
export async function makeReport(
  results: readonly EvalResult[],
  options: ReportOptions = {},
): Promise<Report> {
  const texts: ItemTexts[] = [];
  if (options.texts !== false) {
    const find = options.findTexts ?? ((result) => readItemTexts(result, options));
    for (const [run, result] of results.entries()) texts.push(await find(result, run));
  }
  return renderReport(results, texts, options.signal);
}

/** {@link makeReport}, with texts that have been read: those of each evaluation. */
export async function renderReport(
  results: readonly EvalResult[],
  texts: readonly ItemTexts[],
  signal?: AbortSignal,
): Promise<Report> {
  const [first] = results;
  if (first === undefined) {
    throw new LagerError("INVALID_ARGUMENT", "there is no evaluation to report");
  }
  const isOne = results.length === 1;
  const prefixes = results.map((_, i) => (isOne ? "" : `run-${i + 1}-`));
  const parts: Awaited<ReturnType<typeof runReport>>[] = [];
  for (const [i, result] of results.entries()) {
    parts.push(await runReport(result, texts[i] ?? new Map(), prefixes[i] ?? "", signal));
  }
  const title = pageTitle(results.map(({ run }) => run));
  const markup = (sections: readonly { readonly markup: Html }[]) =>
    sections.map((each) => each.markup);
  const [only] = parts;
  if (isOne && only !== undefined) {
    const { head, sections } = only;
    return { title, head, links: sections, sections: html`${markup(sections)}` };
  }
  const links = results.map(({ run }, i) => ({
    id: `${prefixes[i]}title`,
    heading: `Run ${i + 1}: ${run.task}`,
  }));
  const articles = parts.map(
    (
      { head, sections },
      i,
    ) => html`<article class="run" aria-labelledby="${prefixes[i] ?? ""}title">${head}
<nav aria-label="Sections of run ${i + 1}">${linkList(sections)}</nav>
${markup(sections)}</article>
`,
  );
  const overview = runsOverview(results, prefixes);
  return { title, head: overview, links, sections: html`${articles}` };
}

/**
 * A report as a page of its own: small, and without a script but for the choice of a theme.
 *
 * @param command What made it.
 */
export function reportPage(
  { title, links, head, sections }: Report,
  command: string,
): Promise<string> {
  const content = html`<header>${head}</header>\n${sections}`;
  return readingPage({ title, command, links, content });
}
