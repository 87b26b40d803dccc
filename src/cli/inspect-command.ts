import { inspectFailure, inspectItem } from "../present/terminal/inspect-item.ts";
import { scoreTable } from "../present/terminal/score-table.ts";
import { readRun, readRunItem } from "../run/read-run.ts";
import { parseLayerSet } from "../scoring/weights/layer-set.ts";
import { ScoreSummary } from "../workflows/score-run/result.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** `lager inspect`: a run as a table, or one of its items layer by layer. */
export async function inspectCommand(file: string, id: string | undefined): Promise<number> {
  const columns = process.stdout.columns ?? 100;
  if (id === undefined) {
    const status = new StatusLine();
    const run = await readRun(file, { onCutLastLine: (error) => status.note(error.message) });
    const summary = new ScoreSummary();
    for await (const line of run.lines) summary.add(line);
    await writeStdout(scoreTable(summary, { columns }));
    return EXIT.ok;
  }
  const { header, lines } = await readRunItem(file, id);
  const spec = header.options.layers;
  const layers = typeof spec === "string" ? parseLayerSet(spec, header.judge.layers).layers : [];
  const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  for (const line of lines) {
    const text =
      line.kind === "score"
        ? inspectItem(header, line, { columns, color, layers })
        : inspectFailure(line);
    await writeStdout(`${text}\n`);
  }
  return EXIT.ok;
}
