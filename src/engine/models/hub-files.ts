/** What the hub says of a file that it stores. */
export interface HubFile {
  /** Where it was asked for: `…/<user>/<model>/resolve/<branch>/<file>`. */
  readonly url: string;
  /** SHA-256 of its content, lower-case hex. */
  readonly sha256: string;
  /** Bytes; null where the hub did not say. */
  readonly size: number | null;
}

type FetchFunction = typeof globalThis.fetch;

/** An answer about a file that is longer in coming is done without. */
const LONGEST_WAIT_MS = 15_000;

/** The hub sends renamed repositories on to their new names, within itself. */
const MOST_HOPS = 5;

/**
 * Asks the hub for the hashes of the files that a download fetches from it. The downloader of
 * node-llama-cpp compares sizes alone, and follows redirects to where the content lies, by when the
 * hub's own answer is gone: so each file is asked for once more, as the hub's own client does it.
 */
export class HubFiles {
  /** Requests seen, by their URL; the last is the one whose access token worked. */
  readonly #requests = new Map<
    string,
    { readonly call: FetchFunction; readonly init: RequestInit }
  >();

  /** Takes note of a request, where it is for a file of a hub. */
  note(call: FetchFunction, input: Parameters<FetchFunction>[0], init: RequestInit): void {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!/\/[^/]+\/[^/]+\/resolve\//.test(url.pathname)) return;
    url.search = "";
    this.#requests.set(url.href, { call, init });
  }

  /** What the hub says of each file that was asked for; a file that it has no hash of is left out. */
  async said(): Promise<HubFile[]> {
    const answers = Array.from(this.#requests, async ([url, { call, init }]) => {
      const headers = await headersOf(call, url, init).catch(() => null);
      return headers === null ? null : hubFile(url, headers);
    });
    return (await Promise.all(answers)).filter((file) => file !== null);
  }
}

/** Headers of the hub's own answer, before it sends the client on to where the content lies. */
async function headersOf(
  call: FetchFunction,
  url: string,
  { headers, signal }: RequestInit,
): Promise<Headers | null> {
  const ends = [AbortSignal.timeout(LONGEST_WAIT_MS), ...(signal ? [signal] : [])];
  let at = url;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const response = await call(at, {
      method: "HEAD",
      redirect: "manual",
      headers: withoutRange(headers),
      signal: AbortSignal.any(ends),
    });
    const next = new URL(response.headers.get("location") ?? at, at);
    const goesOn = response.status >= 300 && response.status < 400 && next.href !== at;
    if (response.headers.has("x-linked-etag") || !goesOn) return response.headers;
    if (next.origin !== new URL(at).origin) return null;
    at = next.href;
  }
  return null;
}

function withoutRange(init: RequestInit["headers"]): Headers {
  const headers = new Headers(init);
  headers.delete("range");
  headers.set("accept-encoding", "identity");
  return headers;
}

/** `x-linked-etag` is the SHA-256 of a large file, in quotes; a small one has another kind of hash. */
function hubFile(url: string, headers: Headers): HubFile | null {
  const etag = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(headers.get("x-linked-etag") ?? "")?.[1];
  if (etag === undefined) return null;
  const size = Number(headers.get("x-linked-size") ?? Number.NaN);
  return {
    url,
    sha256: etag.toLowerCase(),
    size: Number.isSafeInteger(size) && size > 0 ? size : null,
  };
}
