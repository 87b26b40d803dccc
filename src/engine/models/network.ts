import { errorMessage } from "../../base/errors.ts";

/** Answers that send a client on to another place, within a request. */
const MOST_HOPS = 10;

/** A request, whose signal ends its answer's body as well. */
export interface NetworkRequest {
  /** Default: `GET`. */
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the origin of the URL alone: where that sends the client on to another, it stays behind. */
  readonly authorization?: string | null;
  readonly signal: AbortSignal;
  /** Whether an answer is the last one, although it sends the client on. Default: none is. */
  readonly isLast?: (answer: Response) => boolean;
}

/** Connections by the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name; closed when it is disposed. */
export interface Network extends AsyncDisposable {
  /**
   * Makes a request, and follows where it is sent on to.
   *
   * @returns the answer, whatever its status.
   * @throws the connection's own error; Error where it is sent from https to http, or on and on.
   */
  readonly request: (url: string, request: NetworkRequest) => Promise<Response>;
}

/** @param ca certificates (PEM) to trust instead of Node's own. */
export async function openNetwork(ca: string | null = null): Promise<Network> {
  // Loaded here and not at the top: only a download needs it. Node 20 has no way of its own to use a proxy.
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const tls = ca === null ? {} : { connect: { ca }, requestTls: { ca }, proxyTls: { ca } };
  const dispatcher = new EnvHttpProxyAgent({ ...proxies(), ...tls });
  // The same standard, declared twice.
  const call = (url: URL, init: object) =>
    fetch(url, { ...init, dispatcher }) as unknown as Promise<Response>;
  return {
    request: (url, request) => follow(call, new URL(url), request),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

/** An empty variable is none, in either case of its letters. */
function proxies(): Readonly<Record<"httpProxy" | "httpsProxy" | "noProxy", string>> {
  const named = (name: string) => process.env[name.toLowerCase()] || process.env[name] || "";
  return {
    ...{ httpProxy: named("HTTP_PROXY"), httpsProxy: named("HTTPS_PROXY") },
    noProxy: named("NO_PROXY"),
  };
}

async function follow(
  call: (url: URL, init: object) => Promise<Response>,
  url: URL,
  { method = "GET", headers = {}, authorization, signal, isLast }: NetworkRequest,
): Promise<Response> {
  let at = url;
  for (let hop = 0; hop <= MOST_HOPS; hop++) {
    const isKnown = at.origin === url.origin && authorization != null;
    const answer = await call(at, {
      ...{ method, signal, redirect: "manual" },
      headers: { ...headers, ...(isKnown && { authorization }) },
    });
    const location = answer.headers.get("location");
    const goesOn = answer.status >= 300 && answer.status < 400 && location !== null;
    if (!goesOn || isLast?.(answer) === true) return answer;
    await answer.body?.cancel();
    const next = new URL(location, at);
    if (next.protocol !== "https:" && next.protocol !== at.protocol) {
      throw new Error(`${at.host} sends on to ${next.protocol}//${next.host}, which is not safe`);
    }
    at = next;
  }
  throw new Error(`${url.host} sends on and on, ${MOST_HOPS} times by now`);
}

/** What an error of a connection comes from: `fetch` says itself no more than "fetch failed". */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return errorMessage(error);
  const { errors } = cause as { readonly errors?: readonly unknown[] };
  const deepest = errorMessage(cause) === "" ? errors?.[0] : cause;
  return `${errorMessage(error)}: ${errorMessage(deepest ?? cause)}`;
}
