import type { SelectResult } from "../../workflows/select/result.ts";
import { formatTable } from "./table.ts";
import { printable } from "./terminal-text.ts";

/** The summary for the terminal. */
export function selectText(summary: SelectResult, options: { readonly columns: number }): string {
  const { records, scored, nearDuplicates, kept, threshold } = summary;
  const figure = (value: number) => (Number.isNaN(value) ? "–" : value.toFixed(2));
  const counts = [
    `${records} records`,
    `${scored} scored on every aspect`,
    `${nearDuplicates} passed over as near-duplicates`,
    `${kept} kept (combined score ${figure(threshold)} and above)`,
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
      String(weight),
      figure(all),
      figure(of),
    ]),
    options.columns,
  );
  const examples = formatTable(
    [
      { title: "rank", align: "right" },
      { title: "score", align: "right" },
      { title: "instruction", align: "left", flexible: true },
    ],
    summary.examples.map(({ rank, score, text }) => [String(rank), figure(score), printable(text)]),
    options.columns,
  );
  return `${counts}\n\n${aspects.join("\n")}\n\n${examples.join("\n")}\n`;
}
