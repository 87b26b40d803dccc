import { command, flag } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

export const diffCommand = command({
  name: "diff",
  description: "Compare two runs bit by bit: exit 0 when all figures are the same, 1 when not.",
  arguments: [
    ["<left>", "a run file"],
    ["<right>", "the run file to compare it with"],
  ],
  options: [flag("--json", "one JSON object")],
  async run(files, { json }, signal) {
    const { compareRuns } = await import("../run/compare-runs.ts");
    const { readRun } = await import("../run/read-run.ts");
    const { diffText } = await import("../present/terminal/diff-text.ts");
    const status = new StatusLine();
    const onCutLastLine = (error: Error) => status.note(`note: ${error.message}`);
    const comparison = await compareRuns(
      await readRun(files[0], { onCutLastLine }),
      await readRun(files[1], { onCutLastLine }),
      { signal },
    );
    await writeResult(comparison, json, (result, options) => diffText(result, files, options));
    return comparison.identical ? EXIT.ok : EXIT.differs;
  },
});
