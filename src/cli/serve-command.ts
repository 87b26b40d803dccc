import { LagerError } from "../base/errors.ts";
import type { ScoreService } from "../workflows/serve/score-service.ts";
import { command, flag, type OptionValues, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { wholeNumber } from "./option-values.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { StatusLine } from "./status-line.ts";
import { writeJson } from "./terminal.ts";

const OPTIONS = [
  JUDGE,
  text(
    "-t, --task <task>",
    "where a request names none: a built-in task or file (default: general)",
  ),
  flag("--stdio", "serve one program: JSON Lines on standard input and output"),
  parsed("--most-waiting <items>", "items that may wait (default: 10000)", wholeNumber(1)),
  ...SESSION_OPTIONS,
  flag("-q, --quiet", "no progress and no notes on standard error"),
  ...JUDGE_OPTIONS,
] as const;

type ServeCommandOptions = OptionValues<typeof OPTIONS>;

export const serveCommand = command({
  name: "serve",
  description: "Score for other programs: one over pipes (--stdio).",
  options: OPTIONS,
  async run(_, options, signal) {
    if (options.stdio !== true) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        "say how to serve: --stdio for one program over pipes",
      );
    }
    const { serveStdio } = await import("../workflows/serve/serve-stdio.ts");
    await using service = await openService(options, signal);
    await serveStdio(service, { input: process.stdin, write: writeJson, signal });
    return EXIT.ok;
  },
});

async function openService(
  options: ServeCommandOptions,
  signal: AbortSignal,
): Promise<ScoreService> {
  const { ScoreService } = await import("../workflows/serve/score-service.ts");
  const { shownLoading } = await import("./open-judge.ts");
  const status = new StatusLine({ quiet: options.quiet === true });
  try {
    return await ScoreService.open({
      ...options,
      signal,
      ...shownLoading(options.judge, status),
    });
  } finally {
    status.clear();
  }
}
