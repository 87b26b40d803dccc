import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PAGE_FOLDER } from "../../base/package-paths.ts";
import { PART } from "../../base/view-config.ts";
import { PALETTE } from "../charts/palette.ts";
import { Html, html } from "./html.ts";

/** A part of the page that its bar leads to. */
export interface PageLink {
  readonly id: string;
  readonly heading: string;
}

/** What a page is, but for its content. */
export interface PageFrameOptions {
  readonly title: string;
  /** What made it. */
  readonly command: string;
  readonly links: readonly PageLink[];
  /** A script of its own, which runs when the page is there. Default: none. */
  readonly script?: string;
  /** Directives of its content security policy beside those of every page. Default: none. */
  readonly directives?: readonly string[];
  /** What style sheets know it by. Default: a page to read. */
  readonly look?: "view";
}

/** What stands around the content of a page. */
export interface PageFrame {
  readonly before: Html;
  readonly after: Html;
  readonly policy: string;
}

/**
 * The frame of every page: its policy, its style, and the bar on top. Everything is in the page: its
 * content security policy forbids it to load anything, and to run any script but its own.
 */
export async function pageFrame(options: PageFrameOptions): Promise<PageFrame> {
  const { title, command, links, script, directives = [], look } = options;
  const [style, theme] = await Promise.all([pageAsset("page.css"), pageAsset("theme.js")]);
  const policy = pagePolicy([theme, ...(script === undefined ? [] : [script])], directives);
  const before = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(themeStyle())}
${new Html(style)}</style>
</head>
<body class="${look ?? "reading"}">
<a class="skip" href="#content">Skip to the content</a>
<div class="top"><p class="kicker">${command}</p><nav id="${PART.links}" aria-label="Parts of the page">${linkList(links)}</nav><button type="button" id="theme" hidden></button></div>
<script>${new Html(theme)}</script>
<main id="content">
`;
  const after = html`</main>
${script === undefined ? null : html`<script type="module">${new Html(script)}</script>\n`}</body>
</html>
`;
  return { before, after, policy };
}

/** No source is allowed, styles stand in the page, and of scripts only these very ones may run. */
function pagePolicy(scripts: readonly string[], directives: readonly string[]): string {
  const hashes = scripts.map(
    (script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src ${hashes.join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    ...directives,
  ].join("; ");
}

/** The palette as variables that follow the page's colour scheme. */
function themeStyle(): string {
  const variables = Object.entries(PALETTE).map(
    ([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`,
  );
  return `:root{${variables.join(";")}}`;
}

/** Links to parts of the page. */
export function linkList(links: readonly PageLink[]): Html {
  return html`<ul>${links.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul>`;
}

/** A page to read. */
export async function readingPage({
  content,
  ...options
}: PageFrameOptions & { readonly content: Html }): Promise<string> {
  const { before, after } = await pageFrame(options);
  return html`${before}${content}${after}`.markup;
}

function pageAsset(name: "page.css" | "theme.js"): Promise<string> {
  return readFile(path.join(PAGE_FOLDER, name), "utf8");
}
