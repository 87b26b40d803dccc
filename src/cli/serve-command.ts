import { once } from "node:events";
import { LagerError } from "../base/errors.ts";
import { command, flag, type OptionValues, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { openService, SERVICE_OPTIONS } from "./open-service.ts";
import { byteSize, wholeNumber } from "./option-values.ts";
import { writeJson } from "./terminal.ts";

const OPTIONS = [
  flag("--stdio", "serve one program: JSON Lines on standard input and output"),
  parsed("--port <n>", "serve by HTTP on this port; 0: one that is free", wholeNumber(0)),
  text("--host <address>", "to listen on (default: 127.0.0.1); others need a token in LAGER_TOKEN"),
  parsed("--body-limit <size>", "of a request by HTTP (default: 16MiB)", byteSize),
  parsed("--request-limit <seconds>", "that one by HTTP may take (default: 600)", wholeNumber(1)),
  ...SERVICE_OPTIONS,
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
