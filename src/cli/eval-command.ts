import { BREAKDOWNS } from "../analysis/eval/eval-choices.ts";
import { checkOutput } from "../base/output-checks.ts";
import { command, flag, oneOf, text } from "./command.ts";
import {
  CHOSEN_LAYERS,
  EVALUATION_OPTIONS,
  evaluatedInputs,
  evaluateFiles,
} from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { terminalColumns, writeJson, writeStdout } from "./terminal.ts";

export const evalCommand = command({
  name: "eval",
  description: "Compare all methods with the human scores in run files; no judge is needed.",
  arguments: [["<run...>", "run files; parts of one run are evaluated as one"]],
  options: [
    ...EVALUATION_OPTIONS,
    ...CHOSEN_LAYERS,
    oneOf("--by <what>", "break the table down", BREAKDOWNS),
    flag("--json", "one JSON object a run"),
    text("--html <file>", "a page as well, as of lager view --export --static"),
    flag("--force", "replace the page if it exists"),
  ],
  async run([files], options, signal) {
    const { by, html, json = false } = options;
    const { evalJson } = await import("../analysis/eval/eval-result.ts");
    const { evalText } = await import("../present/terminal/eval-text.ts");
    if (html !== undefined) {
      await checkOutput(html, options.force ?? false, evaluatedInputs(files, options));
    }
    const status = new StatusLine({ quiet: options.quiet ?? false });
    try {
      const results = await evaluateFiles(files, options, status, signal);
      const columns = terminalColumns();
      if (json) for (const result of results) await writeJson(evalJson(result));
      else await writeStdout(results.map((result) => evalText(result, { columns, by })).join("\n"));
      if (html !== undefined) {
        const { writeReport } = await import("../present/page/page-files.ts");
        status.show("drawing");
        await writeReport(html, results, { command: "lager eval", signal });
        status.note(`page: ${html}`);
      }
      return EXIT.ok;
    } finally {
      status.clear();
    }
  },
});
