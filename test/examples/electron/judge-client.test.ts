import { EventEmitter, once } from "node:events";
import { expect, it } from "vitest";
import { JudgeClient } from "../../../examples/electron/judge-client.mjs";
import { serveJudge } from "../../../examples/electron/judge-service.mjs";
import { LagerError } from "../../../src/base/errors.ts";
import type { Judge } from "../../../src/judge/judge.ts";
import { exampleScore } from "../../fixtures/example-run.ts";

/** Electron's two ends of a utility process, without a process; messages are cloned as there. */
class FakeChild extends EventEmitter {
  readonly port = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => this.emit("message", structuredClone(message)),
  });
  isKilled = false;

  postMessage(message: unknown): void {
    this.port.emit("message", { data: structuredClone(message) });
  }

  kill(): boolean {
    this.isKilled = true;
    return this.emit("exit", 0);
  }
}

/** Scores by the length of the response, and holds what is to be held. */
const scoreAll: Judge["scoreAll"] = async function* (items, { signal } = {}) {
  for await (const { response } of items as Iterable<{ response: string }>) {
    if (response === "held" && signal !== undefined) await once(signal, "abort");
    if (signal?.aborted === true) throw new LagerError("ABORTED", "it was aborted");
    yield exampleScore({ id: "1", criterion: "accuracy", score: response.length });
  }
};

function example(load: () => Promise<Pick<Judge, "scoreAll">> = async () => ({ scoreAll })) {
  const children: FakeChild[] = [];
  const client = new JudgeClient(() => {
    const child = new FakeChild();
    serveJudge(child.port, load);
    children.push(child);
    return child;
  });
  return { client, children };
}

it("answers come back to those who asked, from one process", async () => {
  const { client, children } = example();
  const responses = ["a", "four", "no"];
  const answers = await Promise.all(responses.map((response) => client.score({ response })));
  expect(answers.map(([first]) => first)).toMatchObject(
    responses.map(({ length }) => ({ kind: "score", criterion: "accuracy", score: length })),
  );
  expect(children).toHaveLength(1);
});

it("an error comes with its code, and a judge that did not load is loaded by the next question", async () => {
  let loads = 0;
  const { client } = example(async () => {
    if (++loads === 1) throw new LagerError("UNKNOWN_JUDGE", "there is no such judge");
    return { scoreAll };
  });
  const first = client.score({ response: "a" });
  await expect(first).rejects.toMatchObject({
    code: "UNKNOWN_JUDGE",
    message: "there is no such judge",
  });
  expect(await client.score({ response: "a" })).toHaveLength(1);
  expect(await client.score({ response: "b" })).toHaveLength(1);
  expect(loads).toBe(2);
});

it("a question that is given up ends alone", async () => {
  const { client } = example();
  const stop = new AbortController();
  const held = client.score({ response: "held" }, { signal: stop.signal });
  expect(await client.score({ response: "other" })).toHaveLength(1);
  stop.abort();
  await expect(held).rejects.toMatchObject({ code: "ABORTED" });
});

it("a process that ends fails what it was asked, and the next question starts another", async () => {
  const { client, children } = example();
  const held = client.score({ response: "held" });
  children[0]?.emit("exit", 134);
  await expect(held).rejects.toMatchObject({
    code: "ENGINE_CRASHED",
    message: "the judge's process ended with exit code 134",
  });
  expect(await client.score({ response: "a" })).toHaveLength(1);
  expect(children).toHaveLength(2);
  client.stop();
  expect(children.map(({ isKilled }) => isKilled)).toEqual([false, true]);
});
