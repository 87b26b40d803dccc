import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { tell } from "../../base/public-call.ts";
import { createModelsFolder } from "./cache.ts";
import { DownloadFetch, networkReason } from "./download-fetch.ts";
import type { HubFile } from "./hub-files.ts";
import { keepHubRecords, requireHubFiles } from "./hub-record.ts";
import type { ModelCallOptions } from "./model-progress.ts";

/** A download of which nothing has come for so long is given up. */
const LONGEST_SILENCE_MS = 60_000;

/** How a file of the hub is downloaded. */
export interface HubDownloadOptions extends ModelCallOptions {
  /** Name of the file in the models folder. Default: one made of the URI. */
  readonly fileName?: string;
  /** Milliseconds without a byte after which it is given up. Default: 60 000. */
  readonly longestSilence?: number;
}

/**
 * Downloads what an `hf:` URI names into the models folder, with node-llama-cpp, unless it is there,
 * and compares it with the SHA-256 that the hub has of it: now, and whenever it is asked for again.
 * The environment's HTTPS_PROXY, HTTP_PROXY and NO_PROXY are followed.
 *
 * @returns The path of the GGUF file.
 * @throws LagerError `DOWNLOAD_FAILED` with the network's own error as cause, `CHECKSUM_MISMATCH`
 *   (the file is gone then), `UNREADABLE_FILE`, `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function downloadByUri(
  uri: string,
  options: HubDownloadOptions = {},
): Promise<string> {
  const directory = await createModelsFolder();
  const { file, said } = await download(uri, directory, options);
  if (said.length > 0) await keepHubRecords(file, said);
  await requireHubFiles(file, options);
  return file;
}

/** A file's path, and what the hub says of it: nothing where it was there already. */
interface Downloaded {
  readonly file: string;
  readonly said: readonly HubFile[];
}

async function download(
  uri: string,
  directory: string,
  options: HubDownloadOptions,
): Promise<Downloaded> {
  const { signal, onProgress, fileName, longestSilence = LONGEST_SILENCE_MS } = options;
  const stop = new AbortController();
  let endWith = (_: unknown): void => {};
  const early = new Promise<never>((_, reject) => {
    endWith = (reason) => {
      reject(reason);
      stop.abort(reason);
      requests.end();
    };
  });
  const requests = new DownloadFetch(endWith);
  const silence = new Silence(longestSilence, () => {
    endWith(requests.lastError ?? new Error(`nothing has come for ${longestSilence / 1000} s`));
  });
  const end = () => endWith(signal?.reason);
  signal?.addEventListener("abort", end, { once: true });
  try {
    return await requests.use(async () => {
      // Loaded here and not at the top: it is large, and only these URIs need it.
      const { resolveModelFile } = await import("node-llama-cpp");
      const resolving = resolveModelFile(uri, {
        directory,
        ...(fileName !== undefined && { fileName }),
        cli: false,
        signal: stop.signal,
        onProgress: ({ downloadedSize, totalSize }) => {
          silence.heard(downloadedSize);
          tell(onProgress, { phase: "download", bytes: downloadedSize, totalBytes: totalSize });
        },
      });
      // It does not listen to its signal before it has found the file.
      const file = await Promise.race([resolving, early]);
      return { file, said: await Promise.race([requests.hub.said(), early]) };
    });
  } catch (error) {
    throwIfAborted(signal, "the download");
    const isBare = error instanceof Error && error.cause === undefined;
    throw downloadFailed(uri, isBare ? (requests.lastError ?? error) : error);
  } finally {
    signal?.removeEventListener("abort", end);
    silence.end();
  }
}

/** Calls `tooLong` once no new byte was heard of for so long. */
class Silence {
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;

  constructor(longest: number, tooLong: () => void) {
    this.#timer = setTimeout(tooLong, longest);
  }

  heard(bytes: number): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function downloadFailed(uri: string, cause: unknown): LagerError {
  return new LagerError(
    "DOWNLOAD_FAILED",
    `${uri} could not be downloaded (${networkReason(cause)}): check the URI ` +
      "(hf:<user>/<model>:<quantisation>), the network connection, and HTTPS_PROXY if there is a " +
      "proxy; or give the path of a GGUF file",
    { cause },
  );
}
