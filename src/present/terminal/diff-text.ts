import { countedText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { RunComparison, UnmatchedLines } from "../../run/compare-runs.ts";
import type { LineName } from "../../run/line-key.ts";
import { figureColumns, formatTable } from "./table.ts";
import { truncate } from "./terminal-text.ts";

/** Header values are whole prompts at times; so much of one tells what it is. */
const VALUE_COLUMNS = 60;

/**
 * Two runs' comparison for the terminal: the verdict first, then what differs.
 *
 * @param names What the runs are called, the left one first.
 * @param options.columns Width of the terminal. Default: 80.
 */
export function diffText(
  comparison: RunComparison,
  names: readonly [string, string],
  options: { readonly columns?: number } = {},
): string {
  const blocks = [[verdict(comparison)]];
  if (comparison.figures.length > 0) blocks.push(figureLines(comparison, options.columns ?? 80));
  const [left, right] = names;
  blocks.push(unmatchedLines(left, comparison.onlyInLeft));
  blocks.push(unmatchedLines(right, comparison.onlyInRight));
  blocks.push(headerLines(comparison));
  if (comparison.bookkeeping > 0) {
    blocks.push([
      `${countedText(comparison.bookkeeping, "line")} with other reusedTokens or branchTokens, which ` +
        "depend on the order of the items and are no part of a score",
    ]);
  }
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function verdict({ identical, compared, differing }: RunComparison): string {
  if (identical) return `identical: ${countedText(compared, "line")}, not one bit of difference`;
  return `different: ${differing} of ${countedText(compared, "line")} that both runs have`;
}

function figureLines(comparison: RunComparison, columns: number): string[] {
  const table = formatTable(
    [
      { title: "figure", align: "left", flexible: true },
      ...figureColumns("lines", "largest difference"),
    ],
    comparison.figures.map(({ figure, lines, largest }) => [
      figure,
      String(lines),
      shortFigureText(largest, 4),
    ]),
    columns,
  );
  const examples = comparison.first.map(
    (line) => `  ${lineName(line)}: ${line.figures.join(", ")}`,
  );
  return [...table, "", "first of them:", ...examples, ...andMore(comparison.differing, examples)];
}

function unmatchedLines(run: string, { count, first }: UnmatchedLines): string[] {
  if (count === 0) return [];
  const examples = first.map((line) => `  ${lineName(line)}`);
  return [
    `${countedText(count, "line")} only in ${visibleText(run)}:`,
    ...examples,
    ...andMore(count, examples),
  ];
}

function headerLines({ header }: RunComparison): string[] {
  if (header.length === 0) return [];
  return [
    "header fields that differ:",
    ...header.map(
      ({ field, left, right }) => `  ${visibleText(field)}: ${value(left)} → ${value(right)}`,
    ),
  ];
}

function value(json: unknown): string {
  return json === undefined
    ? "not there"
    : truncate(visibleText(JSON.stringify(json)), VALUE_COLUMNS);
}

function lineName({ id, criterion }: LineName): string {
  return `${visibleText(id)} · ${criterion === null ? "whole record" : visibleText(criterion)}`;
}

function andMore(count: number, examples: readonly string[]): string[] {
  return count > examples.length ? [`  … and ${count - examples.length} more`] : [];
}
