import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, describe, expect, it } from "vitest";
import { type HttpServer, serveHttp } from "../../../../src/workflows/serve/http/serve-http.ts";
import { rejection } from "../../../support/errors.ts";
import { fakeService } from "../fake-service.ts";
import { itemsOf, settled } from "../fake-session.ts";

const ajv = new Ajv2020({ strict: false });
const JSON_TYPE = "application/json";
const ONE = { criteria: ["one"] };

let servers: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop(0)));
  servers = [];
});

async function serve({
  token,
  bodyLimit,
  requestLimit,
  ...options
}: {
  isHeld?: boolean;
  mostWaiting?: number;
  token?: string;
  bodyLimit?: number;
  requestLimit?: number;
} = {}) {
  const { service, judge } = await fakeService(options);
  const server = await serveHttp(service, { port: 0, token, bodyLimit, requestLimit });
  servers.push(server);
  return { server, service, session: judge.session, url: server.url };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says.
  readonly body: any;
}

/** Asks as no browser would: with any headers and any method. */
function ask(
  url: string,
  path: string,
  body?: unknown,
  {
    method = body === undefined ? "GET" : "POST",
    headers = {},
    signal = undefined as AbortSignal | undefined,
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const type = body === undefined ? {} : { "content-type": JSON_TYPE };
    const asked = request(
      { hostname, port, path, method, signal, headers: { ...type, ...headers } },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          const isJson = response.headers["content-type"] === JSON_TYPE && text !== "";
          const { statusCode = 0, headers: got } = response;
          resolve({
            status: statusCode,
            headers: got,
            text,
            body: isJson ? JSON.parse(text) : null,
          });
        });
      },
    );
    asked.on("error", reject);
    asked.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
}

const score = (url: string, body: unknown, options = {}) => ask(url, "/v1/score", body, options);

describe("POST /v1/score", () => {
  it("scores pairs of texts in vLLM's envelope", async () => {
    const { url } = await serve();
    const { status, body } = await score(url, {
      text_1: "q",
      text_2: ["a", "", "ccc"],
      model: "x",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: "list", model: "tiny", task: "fake" });
    expect(body.data).toMatchObject([
      { index: 0, object: "score", criterion: "one", score: 1, normalized: expect.any(Number) },
      { index: 0, object: "score", criterion: "two", score: 1, labels: ["1", "2", "3"] },
      { index: 1, object: "error", criterion: null, code: "EMPTY_RESPONSE" },
      { index: 2, object: "score", criterion: "one", score: 3, values: [1, 2, 3] },
      { index: 2, object: "score", criterion: "two", score: 3 },
    ]);
    expect(body.usage).toMatchObject({ prompt_tokens: 280, total_tokens: 280 });
  });

  it.each([
    [{ text_1: "q", text_2: "a" }, ["a"]],
    [{ text_1: ["q", "r"], text_2: "a" }, ["a", "a"]],
    [{ text_1: ["q", "r"], text_2: ["a", "bb"] }, ["a", "bb"]],
    [{ text_1: ["q"], text_2: ["a", "bb"] }, ["a", "INVALID_FIELD"]],
    [{ items: [] }, []],
    [{ items: [{ instruction: "q", response: "a", more: 1 }, {}] }, ["a", "INVALID_FIELD"]],
  ])("takes %j", async (body, expected) => {
    const { url } = await serve();
    const { data } = (await score(url, { ...body, ...ONE })).body;
    expect(data.map((each: { score?: number; code?: string }) => each.code ?? each.score)).toEqual(
      expected.map((each) => (each.length > 2 ? each : each.length)),
    );
  });

  it("streams lines in the order of the items where they are asked for", async () => {
    const { url } = await serve();
    const items = itemsOf(..."abcdefghij".repeat(50));
    const { headers, text } = await score(
      url,
      { items, ...ONE },
      { headers: { accept: "application/jsonl" } },
    );
    expect(headers["content-type"]).toBe("application/jsonl");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, -1).map(({ index }) => index)).toEqual(items.map((_, i) => i));
    expect(lines.at(-1)).toMatchObject({ object: "done", usage: { prompt_tokens: 35_000 } });
  });

  it("does not work ahead of a client that reads slowly", async () => {
    const { url, session } = await serve();
    const { hostname, port } = new URL(url);
    const body = JSON.stringify({ items: itemsOf(...Array(9000).fill("x")) });
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(
      `POST /v1/score HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept: application/jsonl\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    let before = -1;
    while (session.decoded.length === 0 || session.decoded.length > before) {
      before = session.decoded.length;
      for (let i = 0; i < 20; i++) await settled();
    }
    expect(before).toBeLessThan(18_000);
    socket.destroy();
  });

  it("tells in the last line what ended a stream", async () => {
    const { url } = await serve();
    const { text } = await score(
      url,
      { items: itemsOf("a", "lost"), ...ONE },
      { headers: { accept: "application/x-ndjson" } },
    );
    const last = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ object: "aborted", code: "ENGINE_LOST" });
  });
});

describe("POST /v1/rerank", () => {
  it("ranks documents in Jina's fields", async () => {
    const { url, session } = await serve();
    const documents = ["a", { text: "bb" }, "", "cc"];
    const { body } = await ask(url, "/v1/rerank", {
      ...{ query: "q", documents, top_n: 2, return_documents: true, task: "fake" },
    });
    expect(body.results).toMatchObject([{ index: 0, document: { text: "a" } }, { index: 1 }]);
    expect(body.errors).toMatchObject([{ index: 2, code: "EMPTY_RESPONSE" }]);
    expect(session.decoded).toHaveLength(3);
  });
});

describe("other paths", () => {
  it("tell of the judge, of health, of what was done, and of themselves, as the document says", async () => {
    const { url } = await serve();
    await score(url, { text_1: "q", text_2: "a" });
    const { body: document } = await ask(url, "/openapi.json");
    expect(document).toMatchObject({ openapi: "3.1.0" });
    ajv.addSchema(document, "document");
    const isOf = (name: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
      return [validate(value), validate.errors];
    };
    const answers = {
      modelList: (await ask(url, "/v1/models")).body,
      healthReport: (await ask(url, "/health")).body,
      scoreResponse: (await score(url, { items: [...itemsOf("a"), {}] })).body,
      rerankResponse: (await ask(url, "/v1/rerank", { query: "q", documents: ["a", ""] })).body,
      errorResponse: (await score(url, {})).body,
    };
    for (const [name, value] of Object.entries(answers)) {
      expect([name, ...isOf(name, value)]).toEqual([name, true, null]);
    }
    const { text } = await ask(url, "/metrics");
    expect(text).toContain('lager_http_requests_total{path="/v1/score",status="200"} 2\n');
    expect(text).toMatch(/^lager_outcomes_total\{kind="score"\} \d+$/m);
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
    }
  });

  it("are refused where there is nothing, or another method", async () => {
    const { url } = await serve();
    for (const path of ["/", "/v1/scores", "/v1/score/", "/__proto__", "//health", "*"]) {
      expect(await ask(url, path)).toMatchObject({ status: 404, body: { error: {} } });
    }
    expect(await ask(url, "/v1/score")).toMatchObject({ status: 405, headers: { allow: "POST" } });
    const deleted = await ask(url, "/health", undefined, { method: "DELETE" });
    expect(deleted).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    const head = await ask(url, "/health", undefined, { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, text: "" });
    expect(await ask(url, "/health?x=1")).toMatchObject({ status: 200 });
  });
});

describe("a body that is no request", () => {
  it.each<[string, unknown, number, object]>([
    ["no JSON", "{", 400, {}],
    ["nothing", "", 400, {}],
    ["a list", [], 400, {}],
    ["no texts", {}, 400, {}],
    ["one text", { text_1: "q" }, 400, {}],
    ["a number", { text_1: "q", text_2: 3 }, 400, { field: "text_2" }],
    ["a number among items", { items: [{}, 3] }, 400, { field: "items.1" }],
    ["both", { items: [], text_1: "q" }, 400, { field: "text_1" }],
    ["a name that is none", { items: [], taks: "x" }, 400, { field: "taks" }],
    ["too many", { items: Array(10_001).fill({}) }, 400, { field: "items" }],
    ["an unknown task", { items: [], task: "nope" }, 404, { field: "task" }],
    ["a file", { items: [], task: "/etc/passwd.json" }, 404, { field: "task" }],
    ["an unknown criterion", { items: [], criteria: ["nope"] }, 404, {}],
  ])("%s: is answered so", async (_, body, status, error) => {
    const { url } = await serve();
    const expected = { code: "INVALID_ARGUMENT", ...error };
    expect(await score(url, body)).toMatchObject({ status, body: { error: expected } });
  });

  it("is refused by its type and its size", async () => {
    const { url } = await serve({ bodyLimit: 1000 });
    for (const headers of [
      { "content-type": "text/plain" },
      { "content-type": "" },
      { "content-encoding": "gzip" },
    ]) {
      expect(await score(url, "{}", { headers })).toMatchObject({ status: 415 });
    }
    expect(await score(url, `"${"x".repeat(5000)}"`)).toMatchObject({ status: 413 });
    expect(await score(url, { text_1: "q", text_2: "a" })).toMatchObject({ status: 200 });
  });
});

describe("who may ask", () => {
  it.each([
    [{ host: "evil.example" }, 403],
    [{ host: "127.0.0.1:1" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{}, 200],
  ])("on this machine: %j is answered with %i", async (headers, status) => {
    const { url } = await serve();
    expect(await ask(url, "/health", undefined, { headers })).toMatchObject({ status });
    const { port } = new URL(url);
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect(await ask(url, "/health", undefined, { headers: own })).toMatchObject({ status: 200 });
  });

  it("with a token: whoever knows it, and anybody who asks whether it is up", async () => {
    const { url } = await serve({ token: "secret" });
    const with_ = (authorization: string) => ({ headers: { authorization } });
    const body = { text_1: "q", text_2: "a" };
    const refused = await score(url, body);
    expect(refused).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
    expect(await score(url, body, with_("Bearer secre"))).toMatchObject({ status: 401 });
    expect(await score(url, body, with_("Basic secret"))).toMatchObject({ status: 401 });
    expect(await score(url, body, with_("bearer secret"))).toMatchObject({ status: 200 });
    expect(await ask(url, "/metrics")).toMatchObject({ status: 401 });
    expect(await ask(url, "/health")).toMatchObject({ status: 200 });
  });

  it("other machines do not, without a token", async () => {
    const { service } = await fakeService();
    for (const host of ["0.0.0.0", "::", "192.0.2.1"]) {
      await rejection(serveHttp(service, { port: 0, host }), "INVALID_ARGUMENT");
    }
  });
});

describe("too much", () => {
  it("waits: the next request is told when to try again", async () => {
    const { url, session, service } = await serve({ isHeld: true, mostWaiting: 5 });
    const first = score(url, { items: itemsOf(..."abcdefghijklmnopqrst"), ...ONE });
    while (session.running.length === 0) await settled();
    const refused = await score(url, { items: itemsOf("a") });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "OVERLOADED" } } });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    while (service.dispatcher.load.requests > 0) await session.end();
    expect(await first).toMatchObject({ status: 200 });
  });

  it("takes too long: it is ended, and nothing else is", async () => {
    const { url, session } = await serve({ isHeld: true, requestLimit: 1 });
    const slow = await score(url, { text_1: "q", text_2: "a", ...ONE });
    expect(slow).toMatchObject({ status: 504, body: { error: { code: "TIMED_OUT" } } });
    expect(session.running).toEqual([]);
  });

  it("is asked for by a client that has gone: it is ended", async () => {
    const { url, session, service } = await serve({ isHeld: true });
    const gone = new AbortController();
    const asked = score(url, { text_1: "q", text_2: "gone", ...ONE }, { signal: gone.signal });
    const kept = score(url, { text_1: "q", text_2: "kept", ...ONE });
    while (session.running.length < 2) await settled();
    gone.abort();
    await expect(asked).rejects.toThrow();
    while (service.dispatcher.load.requests > 1) await settled();
    expect(session.running).toEqual(["kept one"]);
    await session.end();
    expect(await kept).toMatchObject({ status: 200, body: { data: [{ score: 4 }] } });
  });
});

describe("a server that stops", () => {
  it("answers what runs, and takes nothing new", async () => {
    const { url, session, server } = await serve({ isHeld: true });
    const running = score(url, { text_1: "q", text_2: "a", ...ONE });
    while (session.running.length === 0) await settled();
    const stopped = server.stop(60_000);
    await settled();
    await expect(ask(url, "/health")).rejects.toThrow();
    await session.end();
    expect(await running).toMatchObject({ status: 200 });
    await stopped;
  });

  it("ends what does not end in time", async () => {
    const { url, session, server } = await serve({ isHeld: true });
    const running = score(url, { text_1: "q", text_2: "a", ...ONE });
    while (session.running.length === 0) await settled();
    await server.stop(1);
    expect(await running).toMatchObject({ status: 503, body: { error: { code: "ABORTED" } } });
  });

  it("has lost its engine: the request is told so, and the next is answered", async () => {
    const { url } = await serve();
    const lost = await score(url, { text_1: "q", text_2: "lost" });
    expect(lost).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(await score(url, { text_1: "q", text_2: "a" })).toMatchObject({ status: 200 });
  });
});
