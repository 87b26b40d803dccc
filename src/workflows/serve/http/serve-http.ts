import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LagerError } from "../../../base/errors.ts";
import { isLoopback, LOOPBACK, listenOn } from "../../../base/local-server.ts";
import type { ScoreService } from "../score-service.ts";
import { HttpProblem, httpProblem } from "./http-problem.ts";
import { openApi } from "./openapi.ts";
import { BodyBudget, readBody } from "./read-body.ts";
import { requireAllowed } from "./request-guard.ts";
import { rerankAnswer } from "./rerank-route.ts";
import { type RouteContext, scoreAnswer, scoreLines } from "./score-route.ts";
import { type HttpAnswer, jsonAnswer, sendAnswer } from "./send-answer.ts";
import { ServerMetrics } from "./server-metrics.ts";

/** How a service is offered by HTTP. */
export interface HttpOptions {
  /** 0: one that is free. */
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  /** That clients have to know; must be there where other machines reach the server. */
  readonly token?: string | undefined;
  /** Bytes that a body may have. Default: 16 MiB. */
  readonly bodyLimit?: number | undefined;
  /** Seconds that a request may take. Default: 600. */
  readonly requestLimit?: number | undefined;
}

/** A service that is being offered. */
export interface HttpServer {
  readonly url: string;
  /** Takes no more requests; those that run have a while left. */
  readonly stop: (withinMs?: number) => Promise<void>;
}

type Handle = (request: IncomingMessage, stop: AbortSignal) => Promise<HttpAnswer>;

const BODY_BYTES = 16 * 2 ** 20;
const REQUEST_SECONDS = 600;
/** Bodies that may be held at the same time, as many times as one may be large. */
const BODIES_AT_ONCE = 8;
/** A client that sends its request slower than this holds a connection for nothing. */
const HEADERS_MS = 10_000;
const RECEIVE_MS = 60_000;
const MOST_CONNECTIONS = 1024;
const MOST_RETRY_SECONDS = 60;
/** What a request counts as that nobody was there to be answered (nginx's number). */
const CLIENT_GONE = 499;

/**
 * Other machines may reach a server only with a token.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export function requireReachable(host = LOOPBACK, token: string | undefined): void {
  if (isLoopback(host) || token !== undefined) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${host} can be reached by other machines: set a token in the environment variable LAGER_TOKEN`,
  );
}

/**
 * Offers a service by HTTP.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the port cannot be used, or other machines could reach a server
 *   without a token.
 */
export async function serveHttp(service: ScoreService, options: HttpOptions): Promise<HttpServer> {
  const { host = LOOPBACK, token } = options;
  requireReachable(host, token);
  const front = new HttpFront(service, options);
  const server = createServer(
    { requestTimeout: RECEIVE_MS, headersTimeout: HEADERS_MS, connectionsCheckingInterval: 5000 },
    (request, response) => void front.handle(request, response, portOf(server)),
  );
  server.maxConnections = MOST_CONNECTIONS;
  const url = await listenOn(server, options.port, host);
  return {
    url,
    async stop(withinMs) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      await service.close(withinMs);
      await front.untilSent();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

/** Answers requests. */
class HttpFront {
  readonly #service: ScoreService;
  readonly #options: HttpOptions;
  readonly #bodyLimit: number;
  readonly #budget: BodyBudget;
  readonly #metrics: ServerMetrics;
  readonly #loadedAt = Math.floor(Date.now() / 1000);
  readonly #answering = new Set<Promise<void>>();
  readonly #routes: Readonly<Record<string, { readonly method: string; readonly handle: Handle }>>;

  constructor(service: ScoreService, options: HttpOptions) {
    this.#service = service;
    this.#options = options;
    this.#bodyLimit = options.bodyLimit ?? BODY_BYTES;
    this.#budget = new BodyBudget(BODIES_AT_ONCE * this.#bodyLimit);
    this.#metrics = new ServerMetrics(service);
    const get = (answer: () => HttpAnswer | Promise<HttpAnswer>) => ({
      method: "GET",
      handle: async () => answer(),
    });
    const document = openApi(service.facts, options.token !== undefined);
    this.#routes = {
      "/v1/score": { method: "POST", handle: (request, stop) => this.#score(request, stop) },
      "/v1/rerank": { method: "POST", handle: (request, stop) => this.#rerank(request, stop) },
      "/v1/models": get(() => this.#models()),
      "/health": get(() => jsonAnswer(service.health())),
      "/metrics": get(() => ({
        status: 200,
        type: "text/plain; version=0.0.4; charset=utf-8",
        text: this.#metrics.text(),
      })),
      "/openapi.json": get(() => jsonAnswer(document)),
    };
  }

  /** Answers that have been begun. */
  async untilSent(): Promise<void> {
    await Promise.all(this.#answering);
  }

  handle(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    const answering = this.#handle(request, response, port)
      // The connection is broken; there is nobody to tell.
      .catch(() => void response.destroy())
      .finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
    return answering;
  }

  async #handle(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    const startedAt = performance.now();
    const [path = ""] = (request.url ?? "").split("?", 1);
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined;
    const stop = new AbortController();
    const limit = this.#options.requestLimit ?? REQUEST_SECONDS;
    const timer = setTimeout(() => stop.abort(tookTooLong(limit)), limit * 1000);
    response.once("close", () => {
      clearTimeout(timer);
      stop.abort(new Error("the client has gone"));
      this.#metrics.addRequest(
        route === undefined ? "other" : path,
        response.writableFinished ? response.statusCode : CLIENT_GONE,
        (performance.now() - startedAt) / 1000,
      );
    });
    let answer: HttpAnswer;
    try {
      const isLocal = isLoopback(this.#options.host ?? LOOPBACK);
      const { token } = this.#options;
      requireAllowed(request, { port, isLocal, token }, path === "/health");
      if (route === undefined) {
        throw new HttpProblem(404, "INVALID_ARGUMENT", "there is nothing here");
      }
      const isHead = request.method === "HEAD" && route.method === "GET";
      if (request.method !== route.method && !isHead) {
        throw new HttpProblem(405, "INVALID_ARGUMENT", `this path takes ${route.method} alone`, {
          headers: { allow: route.method === "GET" ? "GET, HEAD" : route.method },
        });
      }
      answer = await route.handle(request, stop.signal);
    } catch (error) {
      const problem = httpProblem(error, this.#retryAfter());
      answer = jsonAnswer(problem, problem.status, problem.headers);
    }
    if (response.destroyed) return;
    await sendAnswer(response, answer);
  }

  async #score(request: IncomingMessage, signal: AbortSignal): Promise<HttpAnswer> {
    const inLines = /\b(jsonl|x-ndjson|json-seq)\b/.test(request.headers.accept ?? "");
    return this.#withBody(request, signal, async (value, context) =>
      inLines
        ? { status: 200, lines: await scoreLines(this.#service, value, context) }
        : jsonAnswer(await scoreAnswer(this.#service, value, context)),
    );
  }

  async #rerank(request: IncomingMessage, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#withBody(request, signal, async (value, context) =>
      jsonAnswer(await rerankAnswer(this.#service, value, context)),
    );
  }

  async #withBody(
    request: IncomingMessage,
    signal: AbortSignal,
    work: (value: unknown, context: RouteContext) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer> {
    const { value, bytes } = await readBody(request, this.#bodyLimit, this.#budget);
    // Until the client has its answer, or has gone: it is aborted then.
    signal.addEventListener("abort", () => this.#budget.release(bytes), { once: true });
    if (signal.aborted) this.#budget.release(bytes);
    return work(value, { client: request.socket, signal });
  }

  async #models(): Promise<HttpAnswer> {
    const { judge, llama, task, version } = this.#service.facts;
    const model = {
      ...{ id: judge.name, object: "model", created: this.#loadedAt, owned_by: "lager-judge" },
      ...{ version, judge, llama, task, tasks: await this.#service.tasks() },
    };
    return jsonAnswer({ object: "list", data: [model] });
  }

  /** Seconds after which what waits now may be done. */
  #retryAfter(): number {
    const { waiting, running, secondsPerPrompt } = this.#service.dispatcher.load;
    const seconds = Math.ceil((waiting + running) * secondsPerPrompt);
    return Math.min(MOST_RETRY_SECONDS, Math.max(1, seconds));
  }
}

function tookTooLong(seconds: number): LagerError {
  return new LagerError("TIMED_OUT", `the request took longer than ${seconds} s`);
}
