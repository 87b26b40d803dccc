import { visibleText } from "../../base/visible-text.ts";
import { displayWidth, padTo } from "./terminal-text.ts";

/** A column of a terminal table. */
export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** Whether its cells may be cut where the table is too wide. Default: false. */
  readonly flexible?: boolean | undefined;
}

/** Columns of figures. */
export function figureColumns(...titles: readonly string[]): TableColumn[] {
  return titles.map((title) => ({ title, align: "right" }));
}

const GAP = "  ";

/** A flexible column keeps so much, or a wide table would leave nothing of it. */
const LEAST_WIDTH = 8;

/**
 * A table as lines of text: the titles, a rule, and one line for each row of cells. What is not seen
 * in a title or cell is made visible.
 *
 * @param terminalWidth Columns that the table may take; flexible columns give way, the widest
 *   first.
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  terminalWidth: number,
): string[] {
  const titles = columns.map(({ title }) => visibleText(title));
  const cells = rows.map((row) => row.map(visibleText));
  const widths = columnWidths(columns, [titles, ...cells], terminalWidth);
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, i) => padTo(cells[i] ?? "", widths[i] ?? 0, column.align))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join(GAP);
  return [line(titles), rule, ...cells.map(line)];
}

function columnWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  terminalWidth: number,
): number[] {
  const widths = columns.map((_, i) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[i] ?? "")), 0),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  for (let excess = total - terminalWidth; excess > 0; excess--) {
    let widest = -1;
    for (const [i, column] of columns.entries()) {
      const width = widths[i] ?? 0;
      if (!column.flexible || width <= LEAST_WIDTH) continue;
      if (widest === -1 || width > (widths[widest] ?? 0)) widest = i;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Facts under their names, one a line; a name that is empty goes on with the fact before. */
export function factLines(facts: readonly (readonly [name: string, fact: string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, fact]) => `${name.padEnd(width)}  ${visibleText(fact)}\n`).join("");
}
