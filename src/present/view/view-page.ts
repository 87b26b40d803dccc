import { readFile } from "node:fs/promises";
import path from "node:path";
import { VIEW_FOLDER } from "../../base/package-paths.ts";
import { PART, partOfRun, type ViewConfig } from "../../base/view-config.ts";
import type { RunTable } from "../../run/run-table.ts";
import { blockBytes, type TableBlock, tableHead } from "../../run/table-columns.ts";
import { Html, html, scriptJson } from "../page/html.ts";
import { pageHead, pagePolicy, pageStyle } from "../page/page-shell.ts";

/** The logits without the final norm are left out of a file where they take more than this. */
const MOST_RAW_BYTES = 16 * 2 ** 20;

/** The page that fetches its runs from where it came from, and the policy that it is held to. */
export async function servedPage(
  tables: readonly RunTable[],
): Promise<{ readonly page: string; readonly policy: string }> {
  const { before, after, policy } = await shell(configOf(tables, false), ["connect-src 'self'"]);
  return { page: before + after, policy };
}

/** The page with its runs in it, which needs no network; in parts that follow each other. */
export async function* embeddedPage(tables: readonly RunTable[]): AsyncGenerator<string> {
  const { before, after } = await shell(configOf(tables, true), []);
  yield before;
  for (const [run, table] of tables.entries()) yield* embeddedRun(run, table);
  yield after;
}

function configOf(tables: readonly RunTable[], isEmbedded: boolean): ViewConfig {
  return {
    runs: tables.map(({ files }) => ({ name: files.join(", ") })),
    isEmbedded,
    platform: process.platform,
  };
}

async function shell(config: ViewConfig, more: readonly string[]) {
  const [style, script, worker] = await Promise.all([
    pageStyle("report.css", "view.css"),
    built("view.js"),
    built("view-worker.js"),
  ]);
  const policy = pagePolicy(script, [
    "img-src data:",
    "worker-src blob:",
    "require-trusted-types-for 'script'",
    "trusted-types lager-worker",
    ...more,
  ]);
  const icon = html`<link rel="icon" href="data:,">
`;
  const before = html`${pageHead({ policy, title: "lager view", style, icon })}
<body class="view">
<main id="${PART.root}"><p>Loading…</p><noscript><p>This page needs JavaScript. <code>lager inspect</code> shows a run in the terminal.</p></noscript></main>
<script type="application/json" id="${PART.config}">${scriptJson(config)}</script>
<script type="text/plain" id="${PART.worker}">${new Html(worker)}</script>
`.markup;
  const after = html`<script type="module">${new Html(script)}</script>
</body>
</html>
`.markup;
  return { before, after, policy };
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
