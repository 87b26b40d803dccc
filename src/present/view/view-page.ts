import { readFile } from "node:fs/promises";
import path from "node:path";
import { linesText } from "../../base/figure-text.ts";
import { VIEW_FOLDER } from "../../base/package-paths.ts";
import { PART, partOfRun, type ReportMarkup, type ViewConfig } from "../../base/view-config.ts";
import type { RunTable } from "../../run/run-table.ts";
import { blockBytes, type TableBlock, tableHead } from "../../run/table-columns.ts";
import type { TableTexts } from "../../run/table-texts.ts";
import { Html, html, scriptJson } from "../page/html.ts";
import { linkList, type PageLink, pageFrame } from "../page/page-shell.ts";
import type { Report } from "../page/report.ts";
import { pageTitle, runHeading } from "../page/run-title.ts";

/** The logits without the final norm are left out of a file where they take more than this. */
const MOST_RAW_BYTES = 16 * 2 ** 20;

/** A served page has more lines than this evaluated only when somebody looks for it: it takes many seconds. */
const MOST_LINES_AT_ONCE = 5000;

const LINES_AND_LAYERS: PageLink = { id: PART.root, heading: "Lines and layers" };
/** Leads to what has the evaluation computed, until its sections are there. */
const EVALUATION: PageLink = { id: PART.call, heading: "Evaluation" };

/** What the page starts with; see `ViewConfig`. */
export type PageOptions = Partial<Pick<ViewConfig, "layers" | "ratings" | "rater">>;

/** The page that fetches its runs and their report from where it came from, and its policy. */
export async function servedPage(
  tables: readonly RunTable[],
  options: PageOptions = {},
): Promise<{ readonly page: string; readonly policy: string }> {
  const report = { head: waitingHead(tables), links: [EVALUATION], sections: html`` };
  const config = configOf(tables, options, false);
  const { before, after, policy } = await shell(config, report, tables, ["connect-src 'self'"]);
  return { page: before + after, policy };
}

/**
 * The page with its runs and their report in it, which needs no network; in parts that follow each other.
 *
 * @param texts Of each run; empty: the page has none.
 */
export async function* embeddedPage(
  tables: readonly RunTable[],
  report: Report,
  texts: readonly TableTexts[],
  options: Omit<PageOptions, "rater"> = {},
): AsyncGenerator<string> {
  const { before, after } = await shell(configOf(tables, options, true), report, tables, []);
  yield before;
  for (const [run, table] of tables.entries()) yield* embeddedRun(run, table);
  for (const [run, own] of texts.entries()) yield* embeddedTexts(run, own);
  yield after;
}

/** A report as {@link servedPage} puts it in its places. */
export function reportMarkup({ head, links, sections }: Report): ReportMarkup {
  return {
    head: head.markup,
    links: linkList([LINES_AND_LAYERS, ...links]).markup,
    sections: sections.markup,
  };
}

function configOf(
  tables: readonly RunTable[],
  { layers = null, ratings = [], rater = null }: PageOptions,
  isEmbedded: boolean,
): ViewConfig {
  return {
    runs: tables.map(({ files }) => ({ name: files.join(", ") })),
    ...{ layers, ratings, rater },
    isEmbedded,
    reportsAtOnce: linesOf(tables) <= MOST_LINES_AT_ONCE,
    platform: process.platform,
  };
}

/** What stands where the verdict will, until the evaluation has been computed. */
function waitingHead(tables: readonly RunTable[]): Html {
  const runs = namesOf(tables);
  const [only] = runs;
  const count = linesOf(tables);
  const lines = linesText(count);
  const heading =
    runs.length === 1 && only !== undefined
      ? runHeading(only, "")
      : html`<h1>${pageTitle(runs)}</h1>`;
  if (count <= MOST_LINES_AT_ONCE) {
    return html`${heading}
<p class="lead awaited" role="status">The evaluation of ${lines} is being computed, with intervals and charts: its verdict will stand here, its sections below the lines.</p>
`;
  }
  return html`${heading}
<p class="lead awaited" role="status">${lines} are being read.</p>
<p class="note awaited">The <a href="#${PART.call}">evaluation</a> of ${lines}, with its verdict, intervals and charts, takes a while: it is computed when you go there.</p>
`;
}

function linesOf(tables: readonly RunTable[]): number {
  return tables.reduce((sum, { lines }) => sum + lines, 0);
}

function namesOf(tables: readonly RunTable[]) {
  return tables.map(({ header: { task, judge } }) => ({ task: task.name, judge }));
}

async function shell(
  config: ViewConfig,
  { head, links, sections }: Pick<Report, "head" | "links" | "sections">,
  tables: readonly RunTable[],
  more: readonly string[],
) {
  const [script, worker] = await Promise.all([built("view.js"), built("view-worker.js")]);
  const frame = await pageFrame({
    title: pageTitle(namesOf(tables)),
    command: "lager view",
    links: [LINES_AND_LAYERS, ...links],
    script,
    look: "view",
    directives: [
      "worker-src blob:",
      "require-trusted-types-for 'script'",
      "trusted-types lager-worker lager-report",
      ...more,
    ],
  });
  const evaluation = config.isEmbedded
    ? html`the evaluation below`
    : html`<a href="report">the evaluation</a>`;
  const before = html`${frame.before}<header id="${PART.head}">${head}</header>
<section class="hands-on" id="${PART.root}" aria-label="${LINES_AND_LAYERS.heading}"><noscript><p class="notes">The lines, and the layers in hand, need JavaScript; ${evaluation} does not. <code>lager inspect</code> shows a run's lines in the terminal.</p></noscript></section>
<div id="${PART.sections}">${sections}</div>
<script type="application/json" id="${PART.config}">${scriptJson(config)}</script>
<script type="text/plain" id="${PART.worker}">${new Html(worker)}</script>
`.markup;
  return { before, after: frame.after.markup, policy: frame.policy };
}

/** A script that `npm run build` made; it ends no element that it stands in. */
async function built(name: string): Promise<string> {
  const script = await readFile(path.join(VIEW_FOLDER, name), "utf8");
  if (/<\/script|<!--/i.test(script)) throw new Error(`${name} would end the element it stands in`);
  return script;
}

function* embeddedRun(run: number, table: RunTable): Generator<string> {
  const head = scriptJson(tableHead(table));
  yield html`<script type="application/json" id="${partOfRun(run, "head")}">${head}</script>
`.markup;
  for (const block of embeddedBlocks(table)) {
    yield html`<script type="text/plain" id="${partOfRun(run, block)}">`.markup;
    yield* base64(blockBytes(table, block));
    yield "</script>\n";
  }
}

/** In parts: together the texts may be longer than a string can be. */
function* embeddedTexts(run: number, { texts, ...rest }: TableTexts): Generator<string> {
  yield `<script type="application/json" id="${partOfRun(run, "texts")}">{"texts":[`;
  for (const [i, own] of texts.entries()) yield `${i === 0 ? "" : ","}${scriptJson(own).markup}`;
  yield `],${scriptJson(rest).markup.slice(1)}</script>\n`;
}

function embeddedBlocks(table: RunTable): TableBlock[] {
  const rawBytes = blockBytes(table, "raw").reduce((sum, { length }) => sum + length, 0);
  const isRaw = table.header.options.projection === "raw" || rawBytes <= MOST_RAW_BYTES;
  return ["lines", "normed", ...(isRaw ? (["raw"] as const) : [])];
}

/** Bytes that are written at a time; a multiple of three, so that only the last ones are padded. */
const CHUNK = 3 * 2 ** 18;

function* base64(parts: readonly Uint8Array[]): Generator<string> {
  const whole = Buffer.concat(parts);
  for (let start = 0; start < whole.length; start += CHUNK) {
    yield whole.subarray(start, start + CHUNK).toString("base64");
  }
}
