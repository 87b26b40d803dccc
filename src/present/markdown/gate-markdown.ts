import type { GateResult } from "../../analysis/compare/gate-result.ts";
import { GATE_COLUMNS, gateRows, gateVerdict, reasonText } from "../compare/gate-table.ts";
import { type MarkdownColumn, markdownTable, markdownText } from "./markdown.ts";

/** A gate as Markdown, such as for the summary of a workflow's step. */
export function gateMarkdown(result: GateResult): string {
  const columns = GATE_COLUMNS.map((title): MarkdownColumn => {
    return { title, align: title === "check" || title === "outcome" ? "left" : "right" };
  });
  const reasons = result.checks.flatMap((check) => reasonText(check) ?? []);
  const sentences = [...reasons, ...result.notes].map((text) => `- ${markdownText(text)}\n`);
  return [
    `### ${result.passed ? "✅" : "❌"} lager gate\n`,
    `${markdownText(gateVerdict(result))}\n`,
    markdownTable(columns, gateRows(result)),
    ...(sentences.length > 0 ? [sentences.join("")] : []),
  ].join("\n");
}
