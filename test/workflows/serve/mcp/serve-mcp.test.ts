import { PassThrough } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { expect, it } from "vitest";
import { connectMcp, serveMcp } from "../../../../src/workflows/serve/mcp/serve-mcp.ts";
import { fakeService } from "../fake-service.ts";
import { settled } from "../fake-session.ts";

/** The SDK's own client, at the other end of a fake judge. */
async function connected(options: { isHeld?: boolean } = {}) {
  const { service, judge } = await fakeService(options);
  const [here, there] = InMemoryTransport.createLinkedPair();
  const close = await connectMcp(service, there);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(here);
  const call = (name: string, given: object, signal?: AbortSignal) =>
    client.callTool({ name, arguments: { ...given } }, undefined, signal && { signal });
  return { client, call, close, session: judge.session };
}

it("a client is told of the tools and of what they take", async () => {
  const { client, close } = await connected();
  const { tools } = await client.listTools();
  expect(tools.map(({ name, inputSchema }) => [name, inputSchema.required])).toEqual([
    ["score_response", ["instruction", "response"]],
    ["compare_responses", ["instruction", "responses"]],
    ["list_tasks", undefined],
  ]);
  // No reference leads out of them.
  expect(JSON.stringify(tools)).not.toContain("$ref");
  expect(client.getServerVersion()).toMatchObject({ name: "lager-judge" });
  await close();
});

it("a response is scored, and several are ranked", async () => {
  const { call } = await connected();
  const scored = await call("score_response", {
    ...{ instruction: "q", response: "abc", criteria: ["two"] },
  });
  expect(scored.structuredContent).toMatchObject({
    ...{ judge: "tiny", task: "fake" },
    outcomes: [{ kind: "score", criterion: "two", score: 3 }],
  });
  const [{ text } = { text: "" }] = scored.content as { text: string }[];
  expect(JSON.parse(text)).toEqual(scored.structuredContent);
  const responses = ["a", "", "bb"];
  const compared = await call("compare_responses", { instruction: "q", responses });
  expect(compared.structuredContent).toMatchObject({
    ranking: [
      { index: 0, mean: expect.any(Number), outcomes: [{ score: 1 }, { score: 1 }] },
      { index: 2, mean: expect.any(Number), outcomes: [{ score: 2 }, { score: 2 }] },
      { index: 1, mean: null, outcomes: [{ code: "EMPTY_RESPONSE" }] },
    ],
  });
  const tasks = await call("list_tasks", {});
  expect(JSON.stringify(tasks.structuredContent)).toContain("summeval");
});

it.each([
  ["score_response", {}, "required property"],
  ["score_response", { instruction: "q", response: 3 }, "response"],
  ["score_response", { instruction: "q", response: "a", task: "./own.yaml" }, "task"],
  ["score_response", { instruction: "q", response: "a", criteria: ["x"] }, "criterion"],
  ["compare_responses", { instruction: "q", responses: ["a"] }, "responses"],
  ["no_such_tool", {}, "no_such_tool"],
])("%s with %j says what is wrong", async (name, given, what) => {
  const { call } = await connected();
  const { isError, content } = await call(name, given);
  const [{ text } = { text: "" }] = content as { text: string }[];
  expect({ isError, text }).toEqual({ isError: true, text: expect.stringContaining(what) });
  expect(text).toMatch(/^INVALID_ARGUMENT: /);
});

it("a call that is cancelled ends", async () => {
  const { call, session } = await connected({ isHeld: true });
  const stop = new AbortController();
  const asked = call("score_response", { instruction: "q", response: "a" }, stop.signal);
  while (session.running.length === 0) await settled();
  stop.abort();
  await expect(asked).rejects.toThrow();
  while (session.running.length > 0) await settled();
});

it("over pipes the server ends with its input, after its last answer", async () => {
  const { service } = await fakeService();
  const input = new PassThrough();
  const read: string[] = [];
  const end = serveMcp(service, {
    input,
    signal: new AbortController().signal,
    write: async (json) => void read.push(json),
  });
  const say = (id: number, method: string, params: object) =>
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  say(1, "initialize", {
    ...{ protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  });
  say(2, "tools/call", { name: "score_response", arguments: { instruction: "q", response: "a" } });
  input.end();
  await end;
  expect(read.map((json) => JSON.parse(json).id).sort()).toEqual([1, 2]);
});
