import { readFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import { SCHEMAS_FOLDER } from "../../../src/base/package-paths.ts";
import { serveStdio } from "../../../src/workflows/serve/serve-stdio.ts";
import { rejection } from "../../support/errors.ts";
import { fakeService } from "./fake-service.ts";
import { itemsOf, settled } from "./fake-session.ts";

const schema = JSON.parse(readFileSync(path.join(SCHEMAS_FOLDER, "serve.schema.json"), "utf8"));
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
const isMessage = ajv.addSchema(schema, "serve").compile({ $ref: "serve#/$defs/message" });

/** A conversation with a fake judge; every line that is read is one of the schema. */
async function conversation(options: { isHeld?: boolean; mostWaiting?: number } = {}) {
  const { service, judge } = await fakeService(options);
  const input = new PassThrough();
  const stop = new AbortController();
  const read: Record<string, unknown>[] = [];
  let hears = true;
  const end = serveStdio(service, {
    input,
    signal: stop.signal,
    write: async (json) => {
      if (!hears) throw new LagerError("UNWRITABLE_OUTPUT", "nobody reads");
      const message = JSON.parse(json);
      expect([isMessage(message), isMessage.errors, message]).toEqual([true, null, message]);
      read.push(message);
    },
  });
  return {
    ...{ read, end, stop, input, session: judge.session },
    say: (line: unknown) =>
      void input.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`),
    leave: () => {
      hears = false;
    },
    of: (id: unknown) => read.filter((message) => message.id === id),
  };
}

it("says hello, answers each request in the order of its items, and ends with its input", async () => {
  const { say, read, of, input, end } = await conversation();
  say({ id: "one", method: "score", item: itemsOf("four")[0] });
  say({ id: 2, method: "scoreMany", items: [...itemsOf("a", "bb"), {}], criteria: ["two"] });
  say({ id: 3, method: "tasks" });
  say({ id: 4, method: "health" });
  say({ id: 5, method: "scoreMany", items: [] });
  input.end();
  await end;
  expect(read[0]).toMatchObject({ type: "hello", protocol: 1, task: { name: "fake" } });
  expect(of("one")).toMatchObject([
    {
      type: "result",
      outcomes: [
        { criterion: "one", score: 4 },
        { criterion: "two", score: 4 },
      ],
    },
  ]);
  expect(of(2)).toMatchObject([
    { type: "outcome", index: 0, outcome: { id: "1", criterion: "two", score: 1 } },
    { type: "outcome", index: 1, outcome: { id: "2", criterion: "two", score: 2 } },
    { type: "outcome", index: 2, outcome: { id: "3", code: "INVALID_FIELD" } },
    { type: "result", scores: 2, failures: 1 },
  ]);
  const [{ tasks } = { tasks: null }] = of(3);
  expect((tasks as { name: string }[]).slice(0, 2)).toMatchObject([
    { name: "fake" },
    { name: "general" },
  ]);
  expect(of(4)).toMatchObject([{ type: "result", status: "ok" }]);
  expect(of(5)).toEqual([{ type: "result", id: 5, scores: 0, failures: 0 }]);
});

it("answers broken lines with an error, and goes on", async () => {
  const { say, read, of, input, end } = await conversation();
  const broken: [line: unknown, answer: object][] = [
    ["{", { id: null }],
    ["[]", { id: null }],
    ["\u0000", { id: null }],
    [
      { method: "score", item: {} },
      { id: null, message: expect.stringContaining('"id"') },
    ],
    [
      { id: null, method: "health" },
      { id: null, field: "id" },
    ],
    [
      { id: 1.5, method: "health" },
      { id: null, field: "id" },
    ],
    [
      { id: 1, method: "scoer" },
      { id: 1, field: "method" },
    ],
    [
      { id: 1, method: "score" },
      { id: 1, message: expect.stringContaining('"item"') },
    ],
    [
      { id: 1, method: "score", item: [] },
      { id: 1, field: "item" },
    ],
    [
      { id: 1, method: "score", item: {}, taks: "x" },
      { id: 1, field: "taks" },
    ],
    [
      { id: 1, method: "scoreMany", items: [{}, 3] },
      { id: 1, field: "items.1" },
    ],
    [
      { id: 1, method: "score", item: {}, criteria: [] },
      { id: 1, field: "criteria" },
    ],
    [{ id: 1, method: "score", item: {}, criteria: ["x"] }, { id: 1 }],
    [{ id: 1, method: "score", item: {}, task: "nope" }, { id: 1 }],
    [{ id: 1, method: "cancel" }, { id: 1 }],
  ];
  for (const [line, answer] of broken) {
    const before = read.length;
    say(line);
    await settled();
    expect(read.slice(before)).toMatchObject([
      { type: "error", code: "INVALID_ARGUMENT", ...answer },
    ]);
  }
  const before = read.length;
  // What is not UTF-8 is broken; empty lines are nothing.
  input.write(Buffer.from([0xff, 0xfe, 10, 10, 13, 10]));
  await settled();
  expect(read.slice(before)).toHaveLength(1);
  say({ id: 2, method: "score", item: itemsOf("four")[0] });
  input.end();
  await end;
  expect(of(2)).toMatchObject([{ type: "result" }]);
});

it("does not choke on a line that never seems to end", async () => {
  const { say, read, of, input, end } = await conversation();
  for (let i = 0; i < 65; i++) input.write(Buffer.alloc(2 ** 20, "x"));
  say("");
  say({ id: 1, method: "health" });
  input.end();
  await end;
  expect(read[1]).toMatchObject({
    type: "error",
    id: null,
    message: expect.stringContaining("larger"),
  });
  expect(of(1)).toHaveLength(1);
});

it("cancels one request, and an id is free again after its last line", async () => {
  const { say, of, session, input, end } = await conversation({ isHeld: true });
  say({ id: 1, method: "scoreMany", items: itemsOf("a", "b", "c"), progress: true });
  say({ id: 2, method: "score", item: itemsOf("kept")[0], criteria: ["one"] });
  await settled();
  say({ id: 1, method: "health" });
  await settled();
  expect(of(null)).toMatchObject([{ type: "error", field: "id" }]);
  say({ id: 3, method: "cancel", request: 1 });
  say({ id: 4, method: "cancel", request: 1 });
  await settled();
  expect(of(1)).toMatchObject([{ type: "error", code: "ABORTED" }]);
  expect(of(3)).toMatchObject([{ cancelled: true }]);
  while (of(2).length === 0) await session.end();
  expect(of(2)).toMatchObject([{ outcomes: [{ score: 4 }] }]);
  say({ id: 1, method: "health" });
  input.end();
  await end;
  expect(of(1)).toMatchObject([{ type: "error" }, { type: "result", status: "ok" }]);
});

it("tells progress now and then, and at the end", async () => {
  const { say, of, input, end } = await conversation();
  say({ id: 1, method: "scoreMany", items: itemsOf(..."abcdefgh"), progress: true });
  input.end();
  await end;
  const told = of(1).filter(({ type }) => type === "progress");
  expect(told.at(-1)).toEqual({ type: "progress", id: 1, done: 8, total: 8 });
  expect(told.length).toBeLessThan(8);
});

it("reads no further while too much waits", async () => {
  const { say, of, session, input, end } = await conversation({ isHeld: true, mostWaiting: 4 });
  for (let id = 0; id < 10; id++) {
    say({ id, method: "scoreMany", items: itemsOf("a", "b", "c"), criteria: ["one"] });
  }
  input.end();
  await settled();
  expect(session.running.length).toBeGreaterThan(0);
  let ended = false;
  const over = end.then(() => {
    ended = true;
  });
  while (!ended) await session.end();
  await over;
  for (let id = 0; id < 10; id++) expect(of(id).at(-1)).toMatchObject({ scores: 3 });
});

it("stops by its signal: what runs is ended, and the last lines still come", async () => {
  const { say, of, stop, session, end } = await conversation({ isHeld: true });
  say({ id: 1, method: "score", item: itemsOf("a")[0], criteria: ["one"] });
  await settled();
  stop.abort();
  await session.end();
  await end;
  expect(of(1)).toMatchObject([{ type: "result" }]);
});

it("ends with its reader", async () => {
  const { say, leave, end } = await conversation();
  leave();
  say({ id: 1, method: "scoreMany", items: itemsOf("a", "b", "c") });
  await rejection(end, "UNWRITABLE_OUTPUT");
});
