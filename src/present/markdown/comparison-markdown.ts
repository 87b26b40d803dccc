import type { SystemComparison } from "../../analysis/compare/comparison-result.ts";
import { visibleText } from "../../base/visible-text.ts";
import { comparedText, comparisonTables } from "../compare/comparison-tables.ts";
import { moverTexts, moverTitle } from "../compare/mover-texts.ts";
import { escapeText } from "../page/html.ts";
import { type MarkdownColumn, markdownFence, markdownTable, markdownText } from "./markdown.ts";

/** A comparison of systems as Markdown, such as for a pull request. */
export function comparisonMarkdown(comparison: SystemComparison): string {
  const parts = ["## Comparison\n", `${markdownText(comparedText(comparison))}\n`];
  for (const { title, columns, endsInText, rows, below } of comparisonTables(comparison)) {
    const shown = columns.map((name, i): MarkdownColumn => {
      const isText = i === 0 || (endsInText && i === columns.length - 1);
      return { title: name, align: isText ? "left" : "right" };
    });
    parts.push(`### ${markdownText(title)}\n`, markdownTable(shown, rows));
    if (below.length > 0) parts.push(below.map((line) => `- ${markdownText(line)}\n`).join(""));
  }
  if (comparison.movers.length > 0) parts.push("### What moved most\n");
  for (const mover of comparison.movers) {
    const texts = moverTexts(mover).map(
      ({ name, text }) => `**${markdownText(name)}**\n\n${markdownFence(text)}\n`,
    );
    parts.push(
      `<details><summary>${escapeText(visibleText(moverTitle(mover)))}</summary>\n`,
      ...texts,
      "</details>\n",
    );
  }
  if (comparison.notes.length > 0) {
    parts.push("### Notes\n", comparison.notes.map((note) => `- ${markdownText(note)}\n`).join(""));
  }
  return parts.join("\n");
}
