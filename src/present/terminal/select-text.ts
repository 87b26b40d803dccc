import { figureText, shortFigureText } from "../../base/figure-text.ts";
import { formatTable } from "./table.ts";
import { printable } from "./terminal-text.ts";

/** What a selection found and kept, in figures. */
export interface SelectSummary {
  readonly records: number;
  /** Records with a score on every aspect. */
  readonly scored: number;
  readonly nearDuplicates: number;
  readonly kept: number;
  /** Combined score of the last one kept; NaN when none is. */
  readonly threshold: number;
  /** Mean of each aspect over all scored records, and over the kept ones. */
  readonly aspects: readonly {
    readonly name: string;
    readonly weight: number;
    readonly all: number;
    readonly kept: number;
  }[];
  /** The best and the worst of the kept. */
  readonly examples: readonly {
    readonly rank: number;
    readonly score: number;
    readonly text: string;
  }[];
}

/** The summary for the terminal. */
export function selectText(summary: SelectSummary, options: { readonly columns: number }): string {
  const { records, scored, nearDuplicates, kept, threshold } = summary;
  const counts = [
    `${records} records`,
    `${scored} scored on every aspect`,
    `${nearDuplicates} passed over as near-duplicates`,
    `${kept} kept (combined score ${figureText(threshold, 2)} and above)`,
  ].join(", ");
  const aspects = formatTable(
    [
      { title: "aspect", align: "left", flexible: true },
      { title: "weight", align: "right" },
      { title: "mean of all", align: "right" },
      { title: "of the kept", align: "right" },
    ],
    summary.aspects.map(({ name, weight, all, kept: of }) => [
      name,
      shortFigureText(weight),
      figureText(all, 2),
      figureText(of, 2),
    ]),
    options.columns,
  );
  const examples = formatTable(
    [
      { title: "rank", align: "right" },
      { title: "score", align: "right" },
      { title: "instruction", align: "left", flexible: true },
    ],
    summary.examples.map(({ rank, score, text }) => [
      String(rank),
      figureText(score, 2),
      printable(text),
    ]),
    options.columns,
  );
  return `${counts}\n\n${aspects.join("\n")}\n\n${examples.join("\n")}\n`;
}
