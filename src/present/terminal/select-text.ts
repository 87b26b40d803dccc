import path from "node:path";
import { figureText, shortFigureText } from "../../base/figure-text.ts";
import type { SelectResult } from "../../workflows/select/result.ts";
import { shellCommand } from "./shell-command.ts";
import { figureColumns, formatTable } from "./table.ts";
import { oneLine } from "./terminal-text.ts";

/** Where the scores are, and how to choose from them again. */
export function chooseAgainNote(data: string, run: string, output: string): string {
  const again = path.join(path.dirname(output), `again-${path.basename(output)}`);
  const line = shellCommand(["lager", "select", "--from-run", run, "-o", again], [data]);
  const how = line === null ? "--from-run" : line;
  return `run file: ${run}   (${how} chooses anew without a judge)`;
}

/** The summary for the terminal. */
export function selectText(summary: SelectResult, options: { readonly columns: number }): string {
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
      ...figureColumns("weight", "mean of all", "of the kept"),
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
    [...figureColumns("rank", "score"), { title: "instruction", align: "left", flexible: true }],
    summary.examples.map(({ rank, score, text }) => [
      String(rank),
      figureText(score, 2),
      oneLine(text),
    ]),
    options.columns,
  );
  return `${counts}\n\n${aspects.join("\n")}\n\n${examples.join("\n")}\n`;
}
