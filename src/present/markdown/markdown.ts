import { visibleText } from "../../base/visible-text.ts";

/** A text within a line of Markdown: nothing in it is markup, and it stays in its line and its cell. */
export function markdownText(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, " ").trim())
    .replaceAll(/[\\`*_{}[\]<>#|~!]/g, (sign) => `\\${sign}`)
    .replaceAll("&", "&amp;")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^([-+=])(?=[\s=-]|$)/, "\\$1");
}

/** A text of several lines as it is, in a fence that is longer than any in it. */
export function markdownFence(text: string): string {
  const shown = text.replaceAll("\r\n", "\n").split("\n").map(visibleText).join("\n");
  const longest = Math.max(2, ...Array.from(shown.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}\n`;
}

/** A column of a table. */
export interface MarkdownColumn {
  readonly title: string;
  /** Default: figures, to the right. */
  readonly align?: "left" | "right";
}

/** A table of GitHub's Markdown; what is in its cells is text. */
export function markdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string {
  const row = (cells: readonly string[]) => `| ${cells.map(markdownText).join(" | ")} |\n`;
  const rule = columns.map(({ align = "right" }) => (align === "left" ? ":--" : "--:")).join(" | ");
  return `${row(columns.map(({ title }) => title))}| ${rule} |\n${rows.map(row).join("")}`;
}
