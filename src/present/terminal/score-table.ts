import { figureText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { ScoreSummary } from "../../workflows/score-run/result.ts";
import { distributionBar } from "./shade.ts";
import { figureColumns, formatTable, type TableColumn } from "./table.ts";
import { truncate } from "./terminal-text.ts";

/**
 * The result of a run for the terminal: a line for each criterion, then the first items, then
 * the failures by code with the first of each. Human scores are shown where there are any.
 *
 * @param options.columns Width of the terminal. Default: 80.
 */
export function scoreTable(
  summary: ScoreSummary,
  options: { readonly columns?: number } = {},
): string {
  const columns = options.columns ?? 80;
  const hasHuman = [...summary.criteria.values()].some((criterion) => criterion.human.count > 0);
  const blocks = [criterionTable(summary, hasHuman, columns)];
  if (summary.listed.length > 0) blocks.push(itemTable(summary, hasHuman, columns));
  if (summary.failures.size > 0) blocks.push(failureLines(summary));
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function criterionTable(summary: ScoreSummary, hasHuman: boolean, width: number): string[] {
  const columns: TableColumn[] = [
    { title: "criterion", align: "left", flexible: true },
    ...figureColumns(
      "n",
      "score",
      "sd",
      "vanilla",
      "e-score",
      ...(hasHuman ? ["human"] : []),
      "failed",
    ),
  ];
  const rows = [...summary.criteria].map(([name, criterion]) => [
    name,
    String(criterion.score.count),
    figureText(criterion.score.mean, 2),
    figureText(criterion.score.standardDeviation, 2),
    figureText(criterion.vanilla.mean, 2),
    figureText(criterion.eScore.mean, 2),
    ...(hasHuman ? [figureText(criterion.human.mean, 2)] : []),
    String(criterion.failures),
  ]);
  return formatTable(columns, rows, width);
}

function itemTable(summary: ScoreSummary, hasHuman: boolean, width: number): string[] {
  const columns: TableColumn[] = [
    { title: "id", align: "left", flexible: true },
    { title: "criterion", align: "left", flexible: true },
    ...figureColumns("score", "vanilla", "e-score", ...(hasHuman ? ["human"] : [])),
    { title: "distribution", align: "left" },
  ];
  const rows = summary.listed.map((item) => [
    item.id,
    item.criterion,
    figureText(item.score, 2),
    shortFigureText(item.vanilla),
    figureText(item.eScore, 2),
    ...(hasHuman ? [figureText(item.human, 2)] : []),
    `│${distributionBar(item.probabilities)}│`,
  ]);
  const lines = formatTable(columns, rows, width);
  const more = summary.scores - summary.listed.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return lines;
}

/** A message may quote what the judge wrote. */
const LONGEST_MESSAGE = 300;

function failureLines(summary: ScoreSummary): string[] {
  const codes = [...summary.failures].map(([code, count]) => `${code} ${count}`).join(", ");
  const records =
    summary.recordFailures > 0 ? `; ${summary.recordFailures} of them whole records` : "";
  return [
    `${summary.failed} failed: ${codes}${records}`,
    ...Array.from(
      summary.firstFailures,
      ([code, message]) => `first ${code}: ${truncate(visibleText(message), LONGEST_MESSAGE)}`,
    ),
  ];
}
