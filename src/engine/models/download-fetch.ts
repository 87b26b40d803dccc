import { AsyncLocalStorage } from "node:async_hooks";
import { errorMessage } from "../../base/errors.ts";
import { HubFiles } from "./hub-files.ts";

/** Connections that fail in a row before any answer came: what there is no network for fails soon. */
const MOST_FAILURES = 5;

type FetchFunction = typeof globalThis.fetch;

const current = new AsyncLocalStorage<DownloadFetch>();

/**
 * What `fetch` does in everything that one download starts. The downloader of node-llama-cpp calls
 * the global `fetch`, hands no signal on while it looks for the file, and tries a connection that
 * fails 150 times without a word. In its calls, and in nobody else's, `fetch` ends with the download,
 * goes through the proxy that the environment names, and keeps the error.
 */
export class DownloadFetch {
  /** The last error of a connection; undefined after an answer. */
  lastError: unknown;
  /** Of the files that were asked for. */
  readonly hub = new HubFiles();
  readonly #ended = new AbortController();
  readonly #giveUp: (cause: unknown) => void;
  readonly #proxied = proxiedFetch();
  #ending = false;
  #answered = false;
  #failures = 0;

  /** @param giveUp called when no connection can be made */
  constructor(giveUp: (cause: unknown) => void) {
    this.#giveUp = giveUp;
  }

  /**
   * Ends the requests under way, and refuses others; not before the next turn of the event loop. The
   * downloader closes its files at its own signal, and takes a request that was aborted before that
   * for the end of a file.
   */
  end(): void {
    this.#ending = true;
    setImmediate(() => this.#ended.abort());
  }

  /** Calls `work`, in whose calls `fetch` is this one. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    install();
    try {
      return await current.run(this, work);
    } finally {
      // What runs on behind a download that was ended early is still to be refused.
      if (!this.#ending) uninstall();
    }
  }

  async fetch(
    direct: FetchFunction,
    input: Parameters<typeof fetch>[0],
    init: RequestInit = {},
  ): Promise<Response> {
    const { signal } = this.#ended;
    if (signal.aborted) throw ended();
    try {
      const call = (await this.#proxied) ?? direct;
      this.hub.note(call, input, { ...init, signal });
      const response = await call(input, { ...init, signal: init.signal ?? signal });
      this.#answered = true;
      this.lastError = undefined;
      return response;
    } catch (error) {
      if (signal.aborted) throw ended();
      this.lastError = error;
      this.#failures++;
      if (!this.#answered && this.#failures >= MOST_FAILURES) this.#giveUp(error);
      throw error;
    }
  }
}

let original: FetchFunction | undefined;
let users = 0;

const routed: FetchFunction = (input, init) => {
  const call = original ?? globalThis.fetch;
  return current.getStore()?.fetch(call, input, init) ?? call(input, init);
};

function install(): void {
  users++;
  if (globalThis.fetch === routed) return;
  original = globalThis.fetch;
  globalThis.fetch = routed;
}

function uninstall(): void {
  users--;
  if (users === 0 && globalThis.fetch === routed && original !== undefined) {
    globalThis.fetch = original;
  }
}

/** What an error of `fetch` comes from: it says itself no more than "fetch failed". */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return errorMessage(error);
  const { errors } = cause as { readonly errors?: readonly unknown[] };
  const deepest = errorMessage(cause) === "" ? errors?.[0] : cause;
  return `${errorMessage(error)}: ${errorMessage(deepest ?? cause)}`;
}

/** Its name and `bail` are what the downloader ends its tries by. */
function ended(): Error {
  return Object.assign(new DOMException("the download has ended", "AbortError"), { bail: true });
}

/** A `fetch` that goes by HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where one of them names a proxy. */
async function proxiedFetch(): Promise<FetchFunction | undefined> {
  const named = (name: string) => process.env[name] || process.env[name.toLowerCase()] || "";
  const http = named("HTTP_PROXY");
  const https = named("HTTPS_PROXY") || http;
  if (https === "") return undefined;
  // Node 20 has no way of its own to use a proxy.
  const { Agent, ProxyAgent, fetch } = await import("undici");
  const agents = new Map<string, InstanceType<typeof Agent | typeof ProxyAgent>>();
  const agentOf = (proxy: string) => {
    const agent = agents.get(proxy) ?? (proxy === "" ? new Agent() : new ProxyAgent(proxy));
    agents.set(proxy, agent);
    return agent;
  };
  const proxied = async (input: string | URL, init: object) => {
    const url = new URL(input);
    const proxy = url.protocol === "https:" ? https : http;
    const dispatcher = agentOf(needsNoProxy(url, named("NO_PROXY")) ? "" : proxy);
    return fetch(url, { ...init, dispatcher });
  };
  // The same standard, declared twice.
  return proxied as unknown as FetchFunction;
}

/** Whether NO_PROXY lists a URL's host: itself, a domain that it is in, either with a port, or `*`. */
function needsNoProxy({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => {
    const [, pattern = "", onlyPort = ownPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const domain = pattern.toLowerCase().replace(/^\*?\./, "");
    if (domain === "" || onlyPort !== ownPort) return false;
    return domain === "*" || hostname === domain || hostname.endsWith(`.${domain}`);
  });
}
