import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { networkReason, openNetwork } from "../../../src/engine/models/network.ts";
import { listening, withoutProxies } from "./fake-hub.ts";

const { signal } = new AbortController();

beforeEach(withoutProxies);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A server that notes who asked it for what. */
async function server(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const origin = await listening(
    createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? "nobody"}`);
      answer(request, response);
    }),
  );
  return { origin, asked };
}

describe("a request that is sent on", () => {
  it("shows its authorization to the first host alone", async () => {
    const far = await server((_, response) => response.end("far"));
    const near = await server(({ url }, response) => {
      const location = url === "/a" ? "/b" : `${far.origin}/c`;
      response.writeHead(302, { location }).end();
    });
    await using network = await openNetwork();
    const answer = await network.request(`${near.origin}/a`, { authorization: "Bearer x", signal });
    expect(await answer.text()).toBe("far");
    expect(near.asked).toEqual(["GET /a Bearer x", "GET /b Bearer x"]);
    expect(far.asked).toEqual(["GET /c nobody"]);
  });

  it("ends where it is told to, or is sent on and on, or to what is no address of the web", async () => {
    const near = await server(({ url }, response) => {
      const location = url === "/file" ? "file:///etc/passwd" : "/loop";
      response.writeHead(307, { location, "x-linked-etag": "here" }).end();
    });
    await using network = await openNetwork();
    const isLast = ({ headers }: Response) => headers.has("x-linked-etag");
    const last = await network.request(`${near.origin}/a`, { method: "HEAD", isLast, signal });
    expect(last.status).toBe(307);
    expect(near.asked).toEqual(["HEAD /a nobody"]);
    await expect(network.request(`${near.origin}/loop`, { signal })).rejects.toThrow("on and on");
    expect(near.asked.length).toBeLessThan(20);
    await expect(network.request(`${near.origin}/file`, { signal })).rejects.toThrow("not safe");
  });
});

it("a failed request says what it comes from", async () => {
  await using network = await openNetwork();
  const failing = network.request("http://127.0.0.1:9/", { signal });
  const error = await failing.catch((reason: unknown) => reason);
  expect(networkReason(error)).toMatch(/ECONNREFUSED|bad port/);
});
