import { readFile } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blockBytes } from "../../../src/run/table-columns.ts";
import { type ServedView, serveView } from "../../../src/workflows/view/serve-view.ts";
import { ViewRatings } from "../../../src/workflows/view/view-ratings.ts";
import { madeUpTable } from "../../fixtures/made-up-run.ts";
import { scratchFolder } from "../../support/scratch.ts";

const TABLE = madeUpTable(3);
const OWN = { instruction: "Say hello", response: "hello", reference: "", context: "" };
const TEXTS = { texts: [OWN, OWN, null], states: "ssuu--", missing: "one is not there" };
const MARKUP = { head: "<h1>", links: "<ul>", sections: "<section>" };
const NOTHING = {
  ...{ page: "", policy: "", tables: [], texts: [], ratings: null },
  report: async () => ({ markup: MARKUP, page: "" }),
};
let view: ServedView;

beforeEach(async () => {
  view = await serveView({
    page: "<p>hello",
    policy: "default-src 'none'",
    tables: [TABLE],
    texts: [async () => TEXTS],
    ratings: null,
    report: async () => ({ markup: MARKUP, page: "<p>alone" }),
  });
});

afterEach(async () => {
  await view[Symbol.asyncDispose]();
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Asks as no browser would: with any host and any method, and the path as it is. */
function ask(path: string, { host = new URL(view.url).host, method = "GET" } = {}) {
  const { hostname, port } = new URL(view.url);
  return new Promise<{ status: number | undefined; body: Buffer; headers: object }>(
    (resolve, reject) => {
      const asked = request({ hostname, port, path, method, headers: { host } }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            body: Buffer.concat(parts),
            headers: response.headers,
          }),
        );
      });
      asked.on("error", reject);
      asked.end();
    },
  );
}

describe("serveView", () => {
  it("serves the page at a random address on loopback, with its policy", async () => {
    expect(view.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const { status, body, headers } = await ask(new URL(view.url).pathname);
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: "<p>hello" });
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
  });

  it("serves the head and the blocks of its runs, byte by byte", async () => {
    const { pathname } = new URL(view.url);
    const head = await ask(`${pathname}runs/0/head`);
    expect(JSON.parse(head.body.toString())).toMatchObject({ lines: TABLE.lines });
    for (const block of ["lines", "normed", "raw"] as const) {
      const { body } = await ask(`${pathname}runs/0/${block}`);
      expect(body.equals(Buffer.concat(blockBytes(TABLE, block)))).toBe(true);
    }
  });

  it("evaluates its runs, for its page and as a page of its own", async () => {
    const { pathname } = new URL(view.url);
    const { body } = await ask(`${pathname}report.json`);
    expect(JSON.parse(body.toString())).toEqual(MARKUP);
    const { body: page, headers } = await ask(`${pathname}report`);
    expect(page.toString()).toBe("<p>alone");
    expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8" });
  });

  it("says how far the evaluation is, and gives it up when its page is gone", async () => {
    const { promise: isGivenUp, resolve: giveUp } = deferred();
    await using slow = await serveView({
      ...NOTHING,
      report: ({ signal, onProgress }) =>
        new Promise((_, reject) => {
          onProgress(0.5);
          signal.addEventListener("abort", () => {
            giveUp();
            reject(signal.reason);
          });
        }),
    });
    const share = async (): Promise<unknown> => (await fetch(`${slow.url}report-share`)).json();
    expect(await share()).toBe(0);
    const page = new AbortController();
    const asked = fetch(`${slow.url}report.json`, { signal: page.signal });
    await expect.poll(share).toBe(0.5);
    page.abort();
    await expect(asked).rejects.toThrow();
    await isGivenUp;
    expect(await share()).toBe(0);
  });

  it("says why it cannot evaluate them", async () => {
    await using broken = await serveView({
      ...NOTHING,
      report: async () => Promise.reject(new Error("no score")),
    });
    const answer = await fetch(`${broken.url}report.json`);
    expect([answer.status, await answer.text()]).toEqual([500, "no score\n"]);
  });

  it("finds the texts of a line by its number", async () => {
    const { pathname } = new URL(view.url);
    const { body } = await ask(`${pathname}runs/0/texts/2`);
    expect(JSON.parse(body.toString())).toEqual({
      found: { texts: OWN, state: "unknown" },
      missing: null,
    });
    const gone = await ask(`${pathname}runs/0/texts/5`);
    expect(JSON.parse(gone.body.toString())).toEqual({ found: null, missing: "one is not there" });
    const all = await ask(`${pathname}runs/0/texts`);
    expect(JSON.parse(all.body.toString())).toEqual(TEXTS);
    for (const path of ["6", "x", "1/2", ""]) {
      expect(await ask(`${pathname}runs/0/texts/${path}`)).toMatchObject({ status: 404 });
    }
  });

  it.each([
    ["another token", (token: string) => `/${"a".repeat(token.length)}/`],
    ["a part of the token", (token: string) => `/${token.slice(1)}/`],
    ["no token", () => "/"],
    ["a run that is not there", (token: string) => `/${token}/runs/1/head`],
    ["a run of another name", (token: string) => `/${token}/runs/__proto__/head`],
    ["a block that is not there", (token: string) => `/${token}/runs/0/human`],
    ["a path that goes up", (token: string) => `/${token}/runs/0/../../../../etc/passwd`],
    ["a path behind a block", (token: string) => `/${token}/runs/0/head/x`],
    ["a file", (token: string) => `/${token}/package.json`],
  ])("knows nothing at %s", async (_, pathOf) => {
    const token = new URL(view.url).pathname.slice(1, -1);
    const { status, body } = await ask(pathOf(token));
    expect({ status, body: body.toString() }).toEqual({ status: 404, body: "not found\n" });
  });

  it.each(["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "[::1]"])(
    "refuses the host %s",
    async (host) => {
      expect(await ask(new URL(view.url).pathname, { host })).toMatchObject({ status: 403 });
    },
  );

  it("answers to localhost, too", async () => {
    const { port, pathname } = new URL(view.url);
    expect(await ask(pathname, { host: `localhost:${port}` })).toMatchObject({ status: 200 });
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    expect(await ask(new URL(view.url).pathname, { method })).toMatchObject({ status: 405 });
  });

  it("has another token each time, and is gone when it has ended", async () => {
    const other = await serveView(NOTHING);
    expect(new URL(other.url).pathname).not.toBe(new URL(view.url).pathname);
    const { port } = new URL(other.url);
    const taken = { ...NOTHING, port: Number(port) };
    await expect(serveView(taken)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await other[Symbol.asyncDispose]();
    await expect(fetch(other.url)).rejects.toThrow();
  });
});

describe("a view that takes ratings", () => {
  let output: string;
  let ratings: ViewRatings;
  let rated: ServedView;

  beforeEach(async () => {
    output = path.join(await scratchFolder(), "ratings.jsonl");
    ratings = await ViewRatings.open({ output, rater: "anna", others: [] });
    const tables = [madeUpTable(3)];
    ratings.show(tables);
    rated = await serveView({ ...NOTHING, tables, ratings });
  });

  afterEach(async () => {
    await rated[Symbol.asyncDispose]();
    await ratings[Symbol.asyncDispose]();
  });

  /** As the page would send it, but for what is given. */
  function post(where: string, { body = '{"human":2}', headers = {}, address = rated.url } = {}) {
    const origin = new URL(rated.url).origin;
    const own = { origin, "content-type": "application/json" };
    return fetch(`${address}${where}`, { method: "POST", body, headers: { ...own, ...headers } });
  }

  it("answers once the rating is in the file, and takes it back", async () => {
    const answer = await post("runs/0/ratings/3");
    expect(await answer.json()).toEqual([{ run: 0, line: 3, human: 2, given: 2 }]);
    const line = { id: "r1", criterion: "depth", human: 2, rater: "anna" };
    expect(await readFile(output, "utf8")).toBe(`${JSON.stringify(line)}\n`);
    const given = await fetch(`${rated.url}runs/0/ratings`);
    expect(await given.json()).toHaveLength(1);
    expect(await (await post("undo", { body: "{}" })).json()).toHaveLength(1);
    expect(await readFile(output, "utf8")).toBe("");
  });

  it.each([
    ["of another site", { headers: { origin: "https://evil.example" } }, 403],
    ["of a page from a file", { headers: { origin: "null" } }, 403],
    ["that a form could send", { headers: { "content-type": "text/plain" } }, 415],
    ["that is no rating", { body: '{"human":"2"}' }, 400],
    ["that is no JSON", { body: "human=2" }, 400],
    ["that the scale has not", { body: '{"human":9}' }, 400],
    ["that is too long", { body: " ".repeat(2000) }, 413],
  ])("refuses a rating %s, and writes nothing", async (_, request, status) => {
    expect((await post("runs/0/ratings/3", request)).status).toBe(status);
    expect(await readFile(output, "utf8")).toBe("");
  });

  it("refuses a rating without the token, without an origin, and elsewhere", async () => {
    const address = `${new URL(rated.url).origin}/${"a".repeat(32)}/`;
    expect((await post("runs/0/ratings/3", { address })).status).toBe(404);
    for (const where of ["runs/0/ratings/6", "runs/1/ratings/0"]) {
      expect((await post(where)).status).toBe(400);
    }
    for (const where of ["", "runs/0/ratings", "runs/0/head", "runs/0/ratings/3/x", "undo/x"]) {
      expect((await post(where)).status).toBe(404);
    }
    const { hostname, port, pathname } = new URL(rated.url);
    const status = await new Promise((resolve) => {
      const headers = { "content-type": "application/json" };
      const where = `${pathname}runs/0/ratings/3`;
      request({ hostname, port, path: where, method: "POST", headers }, (answer) =>
        resolve(answer.statusCode),
      ).end('{"human":2}');
    });
    expect(status).toBe(403);
    expect(await readFile(output, "utf8")).toBe("");
  });
});
