import { once } from "node:events";
import { LagerError } from "../base/errors.ts";
import type { ScoreService } from "../workflows/serve/score-service.ts";
import { command, flag, type OptionValues, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { byteSize, wholeNumber } from "./option-values.ts";
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
  parsed("--port <n>", "serve by HTTP on this port; 0: one that is free", wholeNumber(0)),
  text("--host <address>", "to listen on (default: 127.0.0.1); others need a token in LAGER_TOKEN"),
  parsed("--body-limit <size>", "of a request by HTTP (default: 16MiB)", byteSize),
  parsed("--request-limit <seconds>", "that one by HTTP may take (default: 600)", wholeNumber(1)),
  parsed("--most-waiting <items>", "items that may wait (default: 10000)", wholeNumber(1)),
  ...SESSION_OPTIONS,
  flag("-q, --quiet", "no progress and no notes on standard error"),
  ...JUDGE_OPTIONS,
] as const;

type ServeCommandOptions = OptionValues<typeof OPTIONS>;

export const serveCommand = command({
  name: "serve",
  description: "Score for other programs: one over pipes (--stdio), or many by HTTP (--port).",
  options: OPTIONS,
  async run(_, options, signal) {
    const { stdio = false, port } = options;
    if (stdio === (port !== undefined)) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        "say how to serve: --stdio for one program over pipes, or --port for many by HTTP",
      );
    }
    if (port !== undefined) return serveByHttp(port, options, signal);
    const { serveStdio } = await import("../workflows/serve/serve-stdio.ts");
    await using service = await openService(options, signal);
    await serveStdio(service, { input: process.stdin, write: writeJson, signal });
    return EXIT.ok;
  },
});

async function serveByHttp(
  port: number,
  options: ServeCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const { requireReachable, serveHttp } = await import("../workflows/serve/http/serve-http.ts");
  const { host, bodyLimit, requestLimit } = options;
  const token = process.env.LAGER_TOKEN || undefined;
  // Before the judge is loaded.
  requireReachable(host, token);
  await using service = await openService(options, signal);
  const server = await serveHttp(service, { port, host, token, bodyLimit, requestLimit });
  await writeJson(JSON.stringify({ listening: server.url }));
  if (!signal.aborted) await once(signal, "abort");
  await server.stop();
  return EXIT.ok;
}

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
