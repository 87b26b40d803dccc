import { once } from "node:events";
import { checkOutput } from "../base/output-checks.ts";
import { runInputs } from "../run/run-paths.ts";
import type { RunTable } from "../run/run-table.ts";
import { command, flag, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { addFile, wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./terminal.ts";

export const viewCommand = command({
  name: "view",
  description: "Look at runs in the browser and take their layers in hand; no network is needed.",
  arguments: [["<run...>", "run files; parts of one run are shown as one"]],
  options: [
    text("--export <file>", "write the page with the runs in it, instead of serving it"),
    flag("--force", "replace the page if it exists"),
    parsed(
      "--ratings <file>",
      "human scores by lager label, not the run's; may be given again",
      addFile,
    ),
    text("--data <file>", "the data that the runs were scored from (default: what they name)"),
    parsed("--port <n>", "of the page's address (default: one that is free)", wholeNumber(1)),
    flag("-q, --quiet", "no progress and no notes on standard error"),
  ],
  async run([files], { export: file, force = false, ratings, data, port, quiet = false }, signal) {
    if (file !== undefined) {
      await checkOutput(file, force, [...runInputs(files), ...(ratings ?? [])]);
    }
    const status = new StatusLine({ quiet });
    const tables = await readTables(files, { ratings, status, signal });
    if (file !== undefined) {
      const { exportView } = await import("../present/view/export-view.ts");
      status.show("writing");
      await exportView(file, tables, signal);
      status.clear();
      status.note(`page: ${file}`);
      return EXIT.ok;
    }
    const { servedPage } = await import("../present/view/view-page.ts");
    const { serveView } = await import("../workflows/view/serve-view.ts");
    const { page, policy } = await servedPage(tables);
    const { viewTexts } = await import("../workflows/view/view-texts.ts");
    const texts = tables.map((table) => viewTexts(table.files, { data, signal }));
    await using view = await serveView({ page, policy, tables, texts, port });
    await writeStdout(`${view.url}\n`);
    status.note("open this address in your browser; Ctrl-C ends it");
    if (!signal.aborted) await once(signal, "abort");
    return EXIT.ok;
  },
});

async function readTables(
  files: readonly string[],
  {
    ratings,
    status,
    signal,
  }: {
    readonly ratings: readonly string[] | undefined;
    readonly status: StatusLine;
    readonly signal: AbortSignal;
  },
): Promise<RunTable[]> {
  const { groupParts } = await import("../run/group-parts.ts");
  const { readRunTable } = await import("../run/read-run-table.ts");
  const tables: RunTable[] = [];
  try {
    for (const parts of await groupParts(files)) {
      const options = {
        ratings,
        signal,
        onCutLastLine: (error: Error) => status.note(`note: ${error.message}`),
        onProgress: (lines: number) => status.show(`reading: ${lines} lines`),
      };
      tables.push(await readRunTable(parts, options));
    }
  } finally {
    status.clear();
  }
  return tables;
}
