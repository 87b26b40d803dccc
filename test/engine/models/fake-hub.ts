import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";

/** Starts a server on this machine for the running test; returns its origin. */
export async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The proxies of whoever runs the tests are not the tests' business; until the variables are given back. */
export function withoutProxies(): void {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) {
    vi.stubEnv(name, "");
    vi.stubEnv(name.toLowerCase(), "");
  }
}

/**
 * What goes wrong with a request for content: its connection is cut after so many bytes, nothing comes
 * after them, the Range is passed over, a status is answered, or other bytes are sent.
 */
export type Fault =
  | { readonly cutAfter: number }
  | { readonly stallAfter: number }
  | { readonly status: number }
  | "no-range"
  | "other-bytes";

/**
 * A hub on this machine that answers as the real one does: it redirects to another server, where the
 * content lies, and says the content's hash in the redirect alone.
 */
export class FakeHub {
  /** `<user>/<model>/<file>` and their contents. */
  readonly files = new Map<string, Buffer>();
  /** What it says of a file, where that is not the truth; null says nothing. */
  readonly said = new Map<string, string | null>();
  /** Paths under which another one is to be asked for. */
  readonly renamed = new Map<string, string>();
  /** Only requests with this access token are answered, where there is one. */
  token: string | undefined;
  /** Every request for a file: `HEAD user/model/file`. */
  readonly asked: string[] = [];
  /** Every request for the content of a file: its Range, or `whole`; and who let it in. */
  readonly sent: { readonly range: string; readonly authorization: string | undefined }[] = [];
  /** What the content's server does, one request after the other, and then as it should. */
  readonly faults: Fault[] = [];
  /** Where it answers, and below `/mirror` as well. */
  origin = "";
  #content = "";

  /** Starts one in the place of the real hub, without an access token and without proxies. */
  static async start(): Promise<FakeHub> {
    const hub = new FakeHub();
    hub.#content = await listening(
      createServer((request, response) => hub.#send(request, response)),
    );
    hub.origin = await listening(
      createServer((request, response) => hub.#answer(request, response)),
    );
    vi.stubEnv("MODEL_ENDPOINT", hub.origin);
    vi.stubEnv("HF_TOKEN", "");
    withoutProxies();
    return hub;
  }

  add(path: string, content: string): void {
    this.files.set(path, Buffer.from(content));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL((request.url ?? "").replace(/^\/mirror/, ""), this.origin);
    const [, repository = "", , quantisation] =
      /^\/v2\/([^/]+\/[^/]+)\/(manifests)\/(.+)$/.exec(pathname) ?? [];
    if (quantisation !== undefined) {
      const path = [...this.files.keys()].find(
        (each) => each.startsWith(`${repository}/`) && each.includes(quantisation),
      );
      response.end(JSON.stringify({ ggufFile: { rfilename: path?.slice(repository.length + 1) } }));
      return;
    }
    const path = pathname.slice(1).replace("/resolve/main/", "/");
    this.asked.push(`${request.method} ${path}`);
    const next = this.renamed.get(path);
    const content = this.files.get(path);
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      response.writeHead(401).end();
    } else if (next !== undefined) {
      const [user, model, ...rest] = next.split("/");
      response
        .writeHead(307, { location: `/${user}/${model}/resolve/main/${rest.join("/")}` })
        .end();
    } else if (content === undefined) {
      response.writeHead(404).end();
    } else {
      const hash = createHash("sha256").update(content).digest("hex");
      const said = this.said.has(path) ? this.said.get(path) : hash;
      response.writeHead(302, {
        location: `${this.#content}/${path}`,
        ...(said != null && { "x-linked-etag": `"${said}"`, "x-linked-size": content.length }),
      });
      response.end();
    }
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    const { range: asked = "whole", authorization } = request.headers;
    if (request.method === "GET") this.sent.push({ range: asked, authorization });
    const fault = request.method === "GET" ? this.faults.shift() : undefined;
    if (typeof fault === "object" && "status" in fault) {
      response.writeHead(fault.status).end();
      return;
    }
    const own = this.files.get((request.url ?? "").slice(1)) ?? Buffer.alloc(0);
    const content = fault === "other-bytes" ? Buffer.alloc(own.length, "?") : own;
    const range = fault === "no-range" ? null : /^bytes=(\d+)-(\d+)?$/.exec(asked);
    const from = Number(range?.[1] ?? 0);
    if (range !== null && from >= content.length) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
      return;
    }
    const part = content.subarray(from, Number(range?.[2] ?? content.length - 1) + 1);
    response.writeHead(range ? 206 : 200, {
      "accept-ranges": "bytes",
      "content-length": part.length,
      // As the servers of content have it: another hash, in another form.
      etag: `"${createHash("md5").update(content).digest("hex")}"`,
      ...(range && {
        "content-range": `bytes ${from}-${from + part.length - 1}/${content.length}`,
      }),
    });
    if (request.method === "HEAD") response.end();
    else if (typeof fault !== "object") response.end(part);
    else if ("cutAfter" in fault) {
      response.write(part.subarray(0, fault.cutAfter), () => response.destroy());
    } else response.write(part.subarray(0, fault.stallAfter));
  }
}
