import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, it } from "vitest";
import { loadJudge } from "../../src/judge/judge.ts";
import { servedOutcome } from "../../src/workflows/serve/served-outcome.ts";
import { CLI_JUDGE, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

it("lager mcp speaks with the SDK's own client, and gives the library's scores", async () => {
  const client = new Client({ name: "test", version: "1" });
  const args = [MAIN, "mcp", "-q", ...withTinyJudge()];
  await client.connect(new StdioClientTransport({ command: process.execPath, args }));
  const instruction = "What is 2 + 2?";
  const responses = ["4", "Five, I think."];
  const { structuredContent } = await client.callTool({
    name: "compare_responses",
    arguments: { instruction, responses, criteria: ["accuracy"] },
  });
  await client.close();

  await using judge = await loadJudge(tinyGguf(CLI_JUDGE), { gpu: "off", threads: 1 });
  const { ranking } = structuredContent as { ranking: { index: number; outcomes: object[] }[] };
  expect(ranking).toHaveLength(2);
  for (const { index, outcomes } of ranking) {
    const item = { instruction, response: responses[index] };
    const alone = servedOutcome(await judge.score(item, { criterion: "accuracy" }));
    const own = { id: expect.any(String), reusedTokens: expect.any(Number) };
    expect(outcomes).toEqual([{ ...alone, ...own }]);
  }
});
