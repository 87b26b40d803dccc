import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { loadJudge } from "../../src/judge/judge.ts";
import { servedOutcome } from "../../src/workflows/serve/served-outcome.ts";
import { childrenOf, untilGone } from "../support/process-state.ts";
import { startLager } from "../support/run-process.ts";
import { CLI_JUDGE, record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

type Message = Readonly<Record<string, unknown>>;

/** `lager serve --stdio` on a generated judge. */
function serveStdio() {
  const { child, end } = startLager(["serve", "--stdio", "-q", ...withTinyJudge()], {
    input: "open",
  });
  const read: Message[] = [];
  const waiting: (() => void)[] = [];
  if (child.stdout === null) throw new Error("no standard output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    read.push(JSON.parse(line));
    for (const wake of waiting.splice(0)) wake();
  });
  return {
    ...{ child, end, read },
    say: (message: Message) => void child.stdin?.write(`${JSON.stringify(message)}\n`),
    async until(holds: (message: Message) => boolean): Promise<Message> {
      for (;;) {
        const found = read.find(holds);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

const isLastOf = (id: unknown) => (message: Message) =>
  message.id === id && ["result", "error"].includes(String(message.type));

/** Without what depends on the company. */
function figures(outcome: unknown): object {
  const { reusedTokens: _, ...rest } = outcome as Record<string, unknown>;
  return rest;
}

it("lager serve --stdio gives each request the bits of a single one, also after its engine died", async () => {
  const { child, end, read, say, until } = serveStdio();
  await until(({ type }) => type === "hello");
  const items = Array.from({ length: 30 }, (_, i) => record(`r${i}`, "So it is. ".repeat(i + 1)));
  say({ id: "many", method: "scoreMany", items, task: "general" });
  for (const [id, item] of items.entries())
    say({ id, method: "score", item, criteria: ["accuracy"] });
  await until(({ type }) => type === "outcome");
  const [engine] = childrenOf(child.pid ?? 0);
  process.kill(engine ?? 0, "SIGKILL");
  await until(isLastOf("many"));
  for (const id of items.keys()) await until(isLastOf(id));
  child.stdin?.end();
  expect(await end).toMatchObject({ exitCode: 0, stderr: "" });
  await untilGone(engine ?? 0);

  await using judge = await loadJudge(tinyGguf(CLI_JUDGE), { gpu: "off", threads: 1 });
  const session = await judge.openSession("general");
  const many = read.filter(({ type, id }) => type === "outcome" && id === "many");
  expect(many).toHaveLength(90);
  for (const [i, item] of items.entries()) {
    for (const [k, criterion] of ["helpfulness", "accuracy", "coherence"].entries()) {
      const alone = servedOutcome(await session.score(item, { criterion }));
      expect(figures(many[i * 3 + k]?.outcome)).toEqual(figures(alone));
      if (criterion !== "accuracy") continue;
      const [single] = (await until(isLastOf(i))).outcomes as unknown[];
      expect(figures(single)).toEqual(figures(alone));
    }
  }
});

it("lager serve is told how to serve", async () => {
  const { exitCode, stdout, stderr } = await startLager(["serve", ...withTinyJudge()]).end;
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("--stdio");
});

it("lager serve --port says where it listens, scores, and ends by SIGTERM", async () => {
  const { child, end } = startLager(["serve", "--port", "0", "-q", ...withTinyJudge()]);
  if (child.stdout === null) throw new Error("no standard output");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  expect(line).toMatch(/^\{"listening":"http:\/\/127\.0\.0\.1:\d+"\}$/);
  const { listening } = JSON.parse(line);
  const ask = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(body) };
    return (await fetch(`${listening}${path}`, asked)).json() as Promise<Record<string, unknown>>;
  };
  const { instruction, response } = record("a");
  const texts = { text_1: instruction, text_2: response, criteria: ["accuracy"] };
  const [answer, ranked] = await Promise.all([
    ask("/v1/score", { ...texts, task: "general" }),
    ask("/v1/rerank", { query: "food", documents: ["bread", "stones"] }),
  ]);
  expect(ranked.results).toHaveLength(2);
  child.kill("SIGTERM");
  expect(await end).toMatchObject({ exitCode: 0, stderr: "", stdout: `${line}\n` });

  await using judge = await loadJudge(tinyGguf(CLI_JUDGE), { gpu: "off", threads: 1 });
  const alone = await judge.score({ instruction, response }, { criterion: "accuracy" });
  const { kind: _, ...figures } = servedOutcome(alone);
  expect(answer.data).toMatchObject([{ index: 0, object: "score", ...figures }]);
});

it("lager serve does not open itself to other machines without a token", async () => {
  const args = ["serve", "--port", "0", "--host", "0.0.0.0", ...withTinyJudge()];
  const { exitCode, stdout, stderr } = await startLager(args, { env: { LAGER_TOKEN: "" } }).end;
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("LAGER_TOKEN");
});
