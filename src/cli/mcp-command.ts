import { command } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { openService, SERVICE_OPTIONS } from "./open-service.ts";
import { writeJson } from "./terminal.ts";

export const mcpCommand = command({
  name: "mcp",
  description: "Let assistants score responses: a server of the Model Context Protocol over pipes.",
  options: SERVICE_OPTIONS,
  async run(_, options, signal) {
    const { loadMcpSdk, serveMcp } = await import("../workflows/serve/mcp/serve-mcp.ts");
    // Before the judge is loaded.
    await loadMcpSdk();
    await using service = await openService(options, signal);
    await serveMcp(service, { input: process.stdin, write: writeJson, signal });
    return EXIT.ok;
  },
});
