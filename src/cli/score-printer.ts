import { csvHeader, csvRow } from "../present/csv/score-csv.ts";
import { scoreTable } from "../present/terminal/score-table.ts";
import { formatRunLine } from "../run/format-run-line.ts";
import type { RunHeader } from "../run/run-format.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import type { ScoreSummary } from "../workflows/score-run/result.ts";
import type { OUTPUT_FORMATS } from "./score-command.ts";
import { terminalColumns, writeJson, writeStdout } from "./terminal.ts";

/** What `lager score` prints. */
export interface PrinterOptions {
  readonly format: (typeof OUTPUT_FORMATS)[number];
  /** The run file, where there is one: then `quiet` prints nothing. */
  readonly output?: string;
  readonly quiet?: boolean;
}

/** Prints a run while it is scored. */
export interface ScorePrinter {
  /** @param hiddenRow - row of its hidden states beside the run file */
  add(line: Outcome, hiddenRow?: number): Promise<void>;
  end(summary: ScoreSummary): Promise<void>;
}

/** What goes to standard output: lines as they come, or a table at the end. */
export async function scorePrinter(
  header: RunHeader,
  { format, output, quiet }: PrinterOptions,
): Promise<ScorePrinter> {
  const nothing = async () => {};
  if (output !== undefined && quiet === true) return { add: nothing, end: nothing };
  if (format === "json") {
    await writeJson(formatRunLine(header));
    return {
      add: (outcome, hiddenRow) => writeJson(formatRunLine(outcome, { hiddenRow })),
      end: nothing,
    };
  }
  if (format === "csv") {
    await writeStdout(`${csvHeader(header.labels)}\n`);
    return {
      add: (outcome) => writeStdout(`${csvRow(outcome, header.labels.length)}\n`),
      end: nothing,
    };
  }
  const columns = terminalColumns();
  return { add: nothing, end: (summary) => writeStdout(scoreTable(summary, { columns })) };
}
