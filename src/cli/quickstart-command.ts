import { command, flag, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { StatusLine } from "./status-line.ts";
import { terminalColumns, writeStdout } from "./terminal.ts";

export const quickstartCommand = command({
  name: "quickstart",
  description: "Score the bundled example, and say what to run next.",
  options: [
    JUDGE,
    text("-o, --output <file>", "the run file; replaced if it exists", "lager-quickstart.jsonl"),
    flag("-q, --quiet", "no progress and no notes"),
    ...JUDGE_OPTIONS,
  ],
  async run(_, { quiet = false, ...options }, signal) {
    const { quickstart } = await import("../workflows/quickstart/quickstart.ts");
    const { quickstartText } = await import("../present/terminal/quickstart-text.ts");
    const { shownLoading } = await import("./open-judge.ts");
    const { showRunProgress } = await import("./run-progress.ts");
    const status = new StatusLine({ quiet });
    const result = await quickstart({
      ...options,
      ...shownLoading(options.judge, status),
      signal,
      onSession: () => status.clear(),
      onProgress: showRunProgress(status),
      onStep: status.show.bind(status),
    }).finally(() => status.clear());
    await writeStdout(quickstartText(result, { columns: terminalColumns() }));
    status.note(`run file: ${options.output}`);
    return result.summary.failures.size > 0 ? EXIT.someFailed : EXIT.ok;
  },
});
