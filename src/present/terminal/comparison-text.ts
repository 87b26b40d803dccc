import type { SystemComparison } from "../../analysis/compare/comparison-result.ts";
import { visibleText } from "../../base/visible-text.ts";
import { comparedText, comparisonTables } from "../compare/comparison-tables.ts";
import { moverTexts, moverTitle } from "../compare/mover-texts.ts";
import { formatTable, type TableColumn } from "./table.ts";
import { oneLine, truncate } from "./terminal-text.ts";

/** A comparison of systems for the terminal: the figures, what moved most, and what to know of it. */
export function comparisonText(
  comparison: SystemComparison,
  { columns }: { readonly columns: number },
): string {
  const blocks = [[visibleText(comparedText(comparison))]];
  for (const { title, columns: titles, endsInText, rows, below } of comparisonTables(comparison)) {
    const shown = titles.map((name, i): TableColumn => {
      const isText = i === 0 || (endsInText && i === titles.length - 1);
      return { title: name, align: isText ? "left" : "right", flexible: isText };
    });
    blocks.push([
      visibleText(title),
      ...formatTable(shown, rows, columns),
      ...below.map(visibleText),
    ]);
  }
  blocks.push(moverLines(comparison, columns));
  blocks.push(comparison.notes.map((note) => `note: ${visibleText(note)}`));
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function moverLines({ movers }: SystemComparison, columns: number): string[] {
  if (movers.length === 0) return [];
  return [
    "what moved most",
    ...movers.flatMap((mover) => [
      visibleText(moverTitle(mover)),
      ...moverTexts(mover).map(({ name, text }) =>
        truncate(`  ${visibleText(name)}: ${visibleText(oneLine(text))}`, columns),
      ),
    ]),
  ];
}
