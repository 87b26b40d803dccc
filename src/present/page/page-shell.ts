import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PAGE_FOLDER } from "../../base/package-paths.ts";
import { PALETTE } from "../charts/palette.ts";
import { Html, html } from "./html.ts";

// What pages have in common: their content security policy, and their style.

/**
 * No source is allowed, styles stand in the page, and of scripts only this very one may run.
 *
 * @param more directives beside these.
 */
export function pagePolicy(script: string, more: readonly string[] = []): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    ...more,
  ].join("; ");
}

/** The palette as variables that follow the page's colour scheme, and style sheets by their files. */
export async function pageStyle(
  ...sheets: readonly ("report.css" | "view.css")[]
): Promise<string> {
  const texts = await Promise.all(sheets.map((name) => pageAsset(name)));
  return [themeStyle(), ...texts].join("\n");
}

function themeStyle(): string {
  const variables = Object.entries(PALETTE).map(
    ([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`,
  );
  return `:root{${variables.join(";")}}`;
}

/** What stands in front of a page's body. */
export function pageHead({
  policy,
  title,
  style,
  icon = null,
}: {
  readonly policy: string;
  readonly title: string;
  readonly style: string;
  /** A link to the page's icon. Default: none. */
  readonly icon?: Html | null;
}): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${icon}<title>${title}</title>
<style>${new Html(style)}</style>
</head>`;
}

/**
 * A page to read. Everything is in it: its content security policy forbids it to load anything, and to run
 * any script but its own.
 *
 * @param page.command what made it.
 */
export async function readingPage({
  title,
  command,
  content,
}: {
  readonly title: string;
  readonly command: string;
  readonly content: Html;
}): Promise<string> {
  const [style, script] = await Promise.all([pageStyle("report.css"), pageAsset("report.js")]);
  return html`${pageHead({ policy: pagePolicy(script), title, style })}
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="top"><p class="kicker">${command}</p><button type="button" id="theme" hidden></button></div>
<main id="content">
${content}</main>
<script type="module">${new Html(script)}</script>
</body>
</html>
`.markup;
}

/** A file that pages are made of. */
export function pageAsset(name: "report.css" | "view.css" | "report.js"): Promise<string> {
  return readFile(path.join(PAGE_FOLDER, name), "utf8");
}
