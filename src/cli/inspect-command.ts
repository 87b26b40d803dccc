import { command } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { hasColor, terminalColumns, writeStdout } from "./terminal.ts";

export const inspectCommand = command({
  name: "inspect",
  description: "Show a run, or one of its items layer by layer.",
  arguments: [
    ["<run>", "a run file"],
    ["[id]", "id of an item"],
  ],
  async run([file, id]) {
    await (id === undefined ? showRun(file) : showItem(file, id));
    return EXIT.ok;
  },
});

async function showRun(file: string): Promise<void> {
  const { readRun } = await import("../run/read-run.ts");
  const { ScoreSummary } = await import("../workflows/score-run/result.ts");
  const { scoreTable } = await import("../present/terminal/score-table.ts");
  const status = new StatusLine();
  const run = await readRun(file, { onCutLastLine: (error) => status.note(error.message) });
  const summary = new ScoreSummary();
  for await (const line of run.lines) summary.add(line);
  await writeStdout(scoreTable(summary, { columns: terminalColumns() }));
}

async function showItem(file: string, id: string): Promise<void> {
  const { readRunItem } = await import("../run/read-run.ts");
  const { itemDistributions } = await import("../scoring/score/item-distributions.ts");
  const { parseWeighedLayers } = await import("../scoring/weights/weighed-layers.ts");
  const { inspectFailure, inspectItem } = await import("../present/terminal/inspect-item.ts");
  const { header, lines } = await readRunItem(file, id);
  const scale = { values: header.values, layerCount: header.judge.layers };
  const own = parseWeighedLayers(header.options.layers, scale.layerCount, scale.values.length);
  const options = { columns: terminalColumns(), color: hasColor(), layers: own.layers };
  for (const line of lines) {
    const shown =
      line.kind === "score"
        ? inspectItem(header, line, itemDistributions(line, scale), options)
        : inspectFailure(line);
    await writeStdout([...shown, "\n"]);
  }
}
