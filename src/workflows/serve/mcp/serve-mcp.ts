import { type Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { LagerError } from "../../../base/errors.ts";
import { version } from "../../../base/version.ts";
import type { ScoreService } from "../score-service.ts";
import { servedError } from "../served-outcome.ts";
import { callTool, inputSchemaOf, MCP_TOOLS } from "./mcp-tools.ts";

/** How a service speaks with one client of the Model Context Protocol. */
export interface McpOptions {
  readonly input: Readable;
  /** Writes a line of JSON; resolves when it is out. */
  readonly write: (json: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * The official SDK, which is not installed with this package.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export async function loadMcpSdk() {
  try {
    const [{ Server }, { StdioServerTransport }, types] = await Promise.all([
      import("@modelcontextprotocol/sdk/server/index.js"),
      import("@modelcontextprotocol/sdk/server/stdio.js"),
      import("@modelcontextprotocol/sdk/types.js"),
    ]);
    return { Server, StdioServerTransport, types };
  } catch (cause) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "lager mcp needs the Model Context Protocol's SDK, which is not installed: npm install @modelcontextprotocol/sdk",
      { cause },
    );
  }
}

/** Serves one client over pipes until its input ends. */
export async function serveMcp(
  service: ScoreService,
  { input, write, signal }: McpOptions,
): Promise<void> {
  const { StdioServerTransport } = await loadMcpSdk();
  let hasFailed: (error: unknown) => void = () => {};
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      write(String(chunk).trimEnd()).then(() => done(), done);
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    hasFailed = reject;
    input.once("end", resolve);
    input.once("close", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  output.once("error", hasFailed);
  const close = await connectMcp(service, new StdioServerTransport(input, output));
  try {
    await ended;
  } finally {
    await close();
  }
}

/**
 * Offers the tools to whoever is at the other end.
 *
 * @returns ends it, when the calls that run are answered.
 */
export async function connectMcp(
  service: ScoreService,
  transport: Transport,
): Promise<() => Promise<void>> {
  const { Server, types } = await loadMcpSdk();
  const { judge } = service.facts;
  const server = new Server(
    { name: "lager-judge", version },
    {
      capabilities: { tools: {} },
      instructions: `Scores responses with the local judge ${judge.name}; nothing leaves this machine.`,
    },
  );
  const running = new Set<Promise<unknown>>();
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({
    tools: MCP_TOOLS.map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: { type: "object" as const, ...inputSchemaOf(tool) },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, { signal }) => {
    const answering = answerCall(service, params.name, params.arguments ?? {}, signal);
    running.add(answering);
    try {
      return await answering;
    } finally {
      running.delete(answering);
    }
  });
  await server.connect(transport);
  return async () => {
    // What was read last begins, and what was answered last goes on its way, in a moment of its own.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.allSettled(running);
    await new Promise((resolve) => setImmediate(resolve));
    await server.close();
  };
}

/** What goes wrong in a tool is for the model to read. */
async function answerCall(
  service: ScoreService,
  name: string,
  given: unknown,
  signal: AbortSignal,
) {
  const text = (value: string) => [{ type: "text" as const, text: value }];
  try {
    const tool = MCP_TOOLS.find((each) => each.name === name);
    if (tool === undefined) {
      throw new LagerError("INVALID_ARGUMENT", `there is no tool ${JSON.stringify(name)}`);
    }
    const result = await callTool(service, tool, given, signal);
    return { content: text(JSON.stringify(result)), structuredContent: { ...result } };
  } catch (error) {
    const { code, message } = servedError(error);
    return { content: text(`${code}: ${message}`), isError: true };
  }
}
