import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PAGE_FOLDER } from "../../base/package-paths.ts";
import { PALETTE } from "../charts/palette.ts";

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

/** A file that pages are made of. */
export function pageAsset(name: "report.css" | "view.css" | "report.js"): Promise<string> {
  return readFile(path.join(PAGE_FOLDER, name), "utf8");
}
