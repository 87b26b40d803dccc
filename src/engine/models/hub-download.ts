import { readdir } from "node:fs/promises";
import path from "node:path";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { tell } from "../../base/public-call.ts";
import { createModelsFolder } from "./cache.ts";
import { downloadFile } from "./download-file.ts";
import { lockDownload } from "./download-lock.ts";
import { rememberSha256 } from "./file-hash.ts";
import { Hub, type HubFile } from "./hub.ts";
import { keepHubRecord, requireHubFiles } from "./hub-record.ts";
import { type HubPlace, isLocalName, localName, parseHubUri, repositoryFiles } from "./hub-uri.ts";
import type { ModelCallOptions } from "./model-progress.ts";
import { type Network, networkReason, openNetwork } from "./network.ts";
import { modelFiles } from "./split-gguf.ts";

/** How a file of the hub is downloaded. */
export interface HubDownloadOptions extends ModelCallOptions {
  /** Name of the file in the models folder. Default: one made of the URI. */
  readonly fileName?: string;
  /** Milliseconds without a byte after which it is given up. Default: 30 000. */
  readonly longestSilence?: number;
}

/**
 * Downloads what an `hf:` URI names into the models folder, unless it is there, and compares it with the
 * SHA-256 that the hub has of it: now, and whenever it is asked for again. A download that ended early is
 * gone on with. The environment's HTTPS_PROXY, HTTP_PROXY and NO_PROXY are followed.
 *
 * @returns The path of the GGUF file; of a split model, of its first part.
 * @throws LagerError `INVALID_ARGUMENT`, `DOWNLOAD_FAILED` with the network's own error as cause,
 *   `CHECKSUM_MISMATCH` (the file is gone then), `OUTPUT_LOCKED`, `UNREADABLE_FILE`,
 *   `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function downloadByUri(
  uri: string,
  options: HubDownloadOptions = {},
): Promise<string> {
  const place = parseHubUri(uri);
  const folder = await createModelsFolder();
  const file =
    (await presentFile(place, folder, options)) ?? (await download(place, folder, options));
  await requireHubFiles(file, options);
  return file;
}

/** Path of what was downloaded before; null where it is not there whole. */
async function presentFile(
  place: HubPlace,
  folder: string,
  { fileName }: HubDownloadOptions,
): Promise<string | null> {
  const name =
    fileName ??
    (place.file === null
      ? (await readdir(folder)).find((each) => isLocalName(place, each))
      : localName(place));
  if (name === undefined) return null;
  const parts = modelFiles(path.join(folder, name));
  const found = await Promise.all(parts.map(exists));
  return found.every(Boolean) ? (parts[0] ?? null) : null;
}

async function download(
  place: HubPlace,
  folder: string,
  options: HubDownloadOptions,
): Promise<string> {
  const { signal, longestSilence, fileName } = options;
  try {
    // The same for all who want what this place names, whatever file that is.
    const lock = path.join(folder, fileName ?? localName(place));
    await using _ = await lockDownload(lock, { signal, longestSilence });
    const present = await presentFile(place, folder, options);
    if (present !== null) return present;
    await using network = await openNetwork();
    return await fetchFiles(place, folder, network, options);
  } catch (error) {
    throwIfAborted(signal, "the download");
    const isOurs = error instanceof LagerError && error.code !== "DOWNLOAD_FAILED";
    throw isOurs ? error : downloadFailed(place.uri, error);
  }
}

async function fetchFiles(
  place: HubPlace,
  folder: string,
  network: Network,
  options: HubDownloadOptions,
): Promise<string> {
  const { signal, onProgress, longestSilence } = options;
  const hub = new Hub({ network, signal, longestSilence });
  const file = await hub.fileOf(place);
  const first = path.join(folder, options.fileName ?? localName(place, file));
  const said: HubFile[] = [];
  for (const each of repositoryFiles(file)) said.push(await hub.describe(place, each));
  const known = said.reduce((sum, { size }) => sum + (size ?? Number.NaN), 0);
  let before = 0;
  for (const [i, target] of modelFiles(first).entries()) {
    const own = said[i];
    if (own === undefined)
      throw new LagerError("INTERNAL", "a part that the hub was not asked for");
    let bytes = 0;
    const sha256 = await downloadFile({ ...own, authorization: hub.authorization }, target, {
      ...{ network, signal, longestSilence },
      onBytes: (now, total) => {
        bytes = now;
        const totalBytes = Number.isNaN(known) ? before + total : known;
        if (Number.isNaN(totalBytes)) return;
        tell(onProgress, { phase: "download", bytes: before + now, totalBytes });
      },
    });
    before += bytes;
    await keepHubRecord(target, own);
    await rememberSha256(target, sha256);
  }
  return first;
}

function downloadFailed(uri: string, cause: unknown): LagerError {
  const network = cause instanceof LagerError ? (cause.cause ?? cause) : cause;
  return new LagerError(
    "DOWNLOAD_FAILED",
    `${uri} could not be downloaded (${networkReason(network)}): check the URI ` +
      "(hf:<user>/<model>:<quantisation>), the network connection, HTTPS_PROXY if there is a proxy, and " +
      "HF_TOKEN if the model wants an access token; or give the path of a GGUF file",
    { cause: network },
  );
}
