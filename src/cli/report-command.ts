import { checkFolder, checkOutput } from "../base/output-checks.ts";
import { command, flag, required, text } from "./command.ts";
import {
  CHOSEN_LAYERS,
  EVALUATION_OPTIONS,
  evaluatedInputs,
  evaluateFiles,
} from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";

export const reportCommand = command({
  name: "report",
  description: "Show run files as one HTML page that needs no network, or as SVG files.",
  arguments: [["<run...>", "run files; parts of one run are evaluated as one"]],
  options: [
    required(text("-o, --output <path>", "the page, or with --svg a folder")),
    ...EVALUATION_OPTIONS,
    ...CHOSEN_LAYERS,
    text("--data <file>", "the data that was scored, for its texts (default: what the run names)"),
    flag("--svg", "every chart as a file of its own"),
    flag("--force", "replace what is there"),
  ],
  async run([files], options, signal) {
    const { output, svg = false, force = false } = options;
    const { writeCharts, writePage } = await import("../present/page/report-files.ts");
    const read = [...evaluatedInputs(files, options), ...(options.data ? [options.data] : [])];
    await (svg ? checkFolder(output, force) : checkOutput(output, force, read));
    const status = new StatusLine({ quiet: options.quiet ?? false });
    try {
      const results = await evaluateFiles(files, options, status, signal);
      status.show("drawing");
      const charts = svg ? await writeCharts(output, results, { signal, read }) : null;
      if (charts === null) await writePage(output, results, { signal, data: options.data });
      status.note(charts === null ? `report: ${output}` : `${charts} charts: ${output}`);
      return EXIT.ok;
    } finally {
      status.clear();
    }
  },
});
