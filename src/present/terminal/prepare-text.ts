import type { PrepareResult } from "../../workflows/prepare/result.ts";
import { formatTable } from "./table.ts";

/** What was measured of each layout of a judge's weights, for the terminal. */
export function layoutTable(
  { figures }: PrepareResult,
  options: { readonly columns: number },
): string {
  const table = formatTable(
    [
      { title: "weights", align: "left" },
      { title: "tokens/s", align: "right" },
      { title: "size", align: "right" },
      { title: "difference", align: "right" },
      { title: "verdict", align: "left" },
    ],
    figures.map(({ layout, tokensPerSecond, bytes, difference, verdict }) => [
      layout,
      tokensPerSecond.toFixed(0),
      `${Math.round(bytes / 1e6)} MB`,
      difference.toPrecision(2),
      verdict === layout ? "" : verdict,
    ]),
    options.columns,
  );
  return `${table.join("\n")}\n`;
}

/** What comes of it, in a sentence. */
export function keptText({ kept }: PrepareResult): string {
  return kept === null
    ? "the judge is used as it is: no other layout is a tenth faster and as exact"
    : `kept as ${kept.type}; use it with --prepared auto`;
}
