import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { HubPlace } from "./hub-uri.ts";
import type { Network, NetworkRequest } from "./network.ts";
import { statusError, tried } from "./retry.ts";
import { Silence } from "./silence.ts";

/** What the hub says of a file that it stores. */
export interface HubFile {
  /** Where it was asked for: `…/<user>/<model>/resolve/<branch>/<file>`. */
  readonly url: string;
  /** SHA-256 of its content, lower-case hex; null where the hub does not say. */
  readonly sha256: string | null;
  /** Bytes; null where the hub did not say. */
  readonly size: number | null;
}

const HUB = "https://huggingface.co";

/** How a hub is asked. */
export interface HubOptions {
  readonly network: Network;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without an answer after which it is given up. Default: 30 000. */
  readonly longestSilence?: number | undefined;
}

/**
 * A hub of models: Hugging Face, or the mirror that MODEL_ENDPOINT or HF_ENDPOINT names. It is asked
 * without an access token, and with one (HF_TOKEN, or the file that the hub's own tools keep it in) where
 * it wants one.
 */
export class Hub {
  readonly #endpoint = endpoint();
  readonly #options: HubOptions;
  #authorization: string | null = null;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** What its files are asked for with, once one was; null without an access token. */
  get authorization(): string | null {
    return this.#authorization;
  }

  /**
   * The file that a place names: itself, or what the hub has for its tag.
   *
   * @throws Error as the network or the hub gives it.
   */
  async fileOf({ repository, file, tag }: HubPlace): Promise<string> {
    if (file !== null) return file;
    const url = `${this.#endpoint}/v2/${repository}/manifests/${encodeURIComponent(tag)}`;
    // It names the file for this client alone.
    const text = await this.#ask(url, { headers: { "user-agent": "llama-cpp" } }, (answer) =>
      answer.text(),
    );
    const manifest = parseJson(
      text,
      (reason) => new LagerError("DOWNLOAD_FAILED", `the hub's answer is no JSON: ${reason}`),
    );
    const found = isObject(manifest) && isObject(manifest.ggufFile) && manifest.ggufFile.rfilename;
    if (typeof found === "string" && !found.split("/").includes("..")) return found;
    const what = `the hub has no GGUF file of ${repository} for ${JSON.stringify(tag)}`;
    throw new LagerError("DOWNLOAD_FAILED", what);
  }

  /** What it says of a file, before it sends the client on to where the content lies. */
  async describe({ repository, branch }: HubPlace, file: string): Promise<HubFile> {
    const inside = [branch, ...file.split("/")].map(encodeURIComponent).join("/");
    const url = `${this.#endpoint}/${repository}/resolve/${inside}`;
    const isLast = ({ headers }: Response) => headers.has("x-linked-etag");
    const request = { method: "HEAD", isLast, headers: { "accept-encoding": "identity" } } as const;
    return this.#ask(url, request, async ({ headers }) => ({ url, ...linked(headers) }));
  }

  async #ask<T>(
    url: string,
    request: Omit<NetworkRequest, "signal" | "authorization">,
    read: (answer: Response) => Promise<T>,
  ): Promise<T> {
    const { network, signal, longestSilence } = this.#options;
    using silence = new Silence(longestSilence, signal);
    return tried(silence, async () => {
      const ask = () =>
        network.request(url, {
          ...request,
          authorization: this.#authorization,
          signal: silence.signal,
        });
      let answer = await ask();
      if ((answer.status === 401 || answer.status === 403) && this.#authorization === null) {
        const token = await accessToken();
        if (token !== null) {
          await answer.body?.cancel();
          this.#authorization = `Bearer ${token}`;
          answer = await ask();
        }
      }
      if (answer.ok || request.isLast?.(answer) === true) return read(answer);
      await answer.body?.cancel();
      throw statusError(answer, new URL(url).host);
    });
  }
}

/** `x-linked-etag` is the SHA-256 of a large file, in quotes; a small one has another kind of hash. */
function linked(headers: Headers): Pick<HubFile, "sha256" | "size"> {
  const etag = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(headers.get("x-linked-etag") ?? "")?.[1];
  const size = Number(headers.get("x-linked-size") ?? Number.NaN);
  return {
    sha256: etag?.toLowerCase() ?? null,
    size: Number.isSafeInteger(size) && size > 0 ? size : null,
  };
}

/** @throws LagerError `INVALID_ARGUMENT` for an endpoint that is no address. */
function endpoint(): string {
  const name = process.env.MODEL_ENDPOINT ? "MODEL_ENDPOINT" : "HF_ENDPOINT";
  const given = process.env[name] || HUB;
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) {
    return given.replace(/\/+$/, "");
  }
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${name} is no address of a hub: ${JSON.stringify(given)}`,
  );
}

/** The user's token: HF_TOKEN, or what the hub's own tools keep in a file; null where there is none. */
async function accessToken(): Promise<string | null> {
  const { HF_TOKEN, HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  if (HF_TOKEN !== undefined) return HF_TOKEN.trim() || null;
  const home =
    HF_HOME || path.join(XDG_CACHE_HOME || path.join(homedir(), ".cache"), "huggingface");
  const text = await readFile(HF_TOKEN_PATH || path.join(home, "token"), "utf8").catch(() => "");
  return text.trim() || null;
}
