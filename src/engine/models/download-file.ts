import { LagerError, throwIfAborted } from "../../base/errors.ts";
import type { Network } from "./network.ts";
import { PartFile } from "./part-file.ts";
import { statusError, tried } from "./retry.ts";
import { Silence } from "./silence.ts";

/** A file to download, and what is known of it. */
export interface RemoteFile {
  readonly url: string;
  /** Of its content, lower-case hex; null where nobody says. */
  readonly sha256: string | null;
  /** Bytes; null where nobody says. */
  readonly size: number | null;
  readonly authorization?: string | null;
}

/** How it is downloaded. */
export interface DownloadFileOptions {
  readonly network: Network;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which it is given up. Default: 30 000. */
  readonly longestSilence?: number | undefined;
  /** Told how many bytes are there, and how many there will be; NaN where nobody says. */
  readonly onBytes?: (bytes: number, total: number) => void;
}

/**
 * Downloads a file: with what an earlier call left of it, in as many requests as it takes, and compares
 * it with its hash. It comes under its name when it is whole. The caller holds the target's lock.
 *
 * @returns SHA-256 of the file, lower-case hex.
 * @throws LagerError `CHECKSUM_MISMATCH`, `UNWRITABLE_OUTPUT`, `ABORTED`; else the network's own error.
 */
export async function downloadFile(
  source: RemoteFile,
  target: string,
  options: DownloadFileOptions,
): Promise<string> {
  const { signal, longestSilence } = options;
  await using part = await PartFile.open(target, source.sha256, signal);
  using silence = new Silence(longestSilence, signal);
  try {
    await fetchAll(source, part, silence, options);
    silence.stop();
    const actual = part.sha256();
    if (source.sha256 !== null && actual !== source.sha256) {
      throw mismatch(source, "SHA-256", actual, source.sha256);
    }
    await part.finish();
    return actual;
  } catch (error) {
    const isWrong = error instanceof LagerError && error.code === "CHECKSUM_MISMATCH";
    // Of unknown content, nothing can be gone on with.
    if (isWrong || source.sha256 === null) await part.remove();
    throwIfAborted(signal, "the download");
    throw error;
  }
}

async function fetchAll(
  source: RemoteFile,
  part: PartFile,
  silence: Silence,
  options: DownloadFileOptions,
): Promise<void> {
  if (source.size !== null && part.bytes > source.size) await part.clear();
  let before = part.bytes;
  const hasComeOn = () => {
    const came = part.bytes > before;
    before = part.bytes;
    return came;
  };
  await tried(
    silence,
    async () => {
      if (part.bytes !== source.size) await fetchRest(source, part, silence, options);
    },
    hasComeOn,
  );
}

/**
 * One request for what is missing.
 *
 * @throws LagerError for what no other request helps against; any other error where one may.
 */
async function fetchRest(
  source: RemoteFile,
  part: PartFile,
  silence: Silence,
  { network, onBytes }: DownloadFileOptions,
): Promise<void> {
  const { url, authorization = null } = source;
  const answer = await network.request(url, {
    authorization,
    signal: silence.signal,
    headers: {
      "accept-encoding": "identity",
      ...(part.bytes > 0 && { range: `bytes=${part.bytes}-` }),
    },
  });
  silence.heard();
  const place = placeOf(answer, part.bytes);
  if (place === null) {
    await answer.body?.cancel();
    // What is there is more than the file has, or of another file.
    const isOfRange = answer.status === 416;
    if (isOfRange) await part.clear();
    throw statusError(answer, new URL(url).host, isOfRange);
  }
  if (place.start !== part.bytes) await part.clear();
  if (place.start > part.bytes) {
    await answer.body?.cancel();
    throw new Error("another part of the file was sent than was asked for");
  }
  const size = source.size ?? place.size;
  for await (const chunk of answer.body ?? []) {
    silence.heard();
    if (size !== null && part.bytes + chunk.length > size) {
      throw mismatch(source, "size", `more than ${size} bytes`, `${size}`);
    }
    await part.append(chunk);
    onBytes?.(part.bytes, size ?? Number.NaN);
  }
  if (size !== null && part.bytes !== size) {
    throw new Error(`the connection ended after ${part.bytes} of ${size} bytes`);
  }
}

/** Where an answer's body begins in the file, and the file's size; null where it is none of the file. */
function placeOf(
  { status, headers }: Response,
  asked: number,
): { readonly start: number; readonly size: number | null } | null {
  if (status === 200) {
    const length = headers.get("content-length");
    return { start: 0, size: length === null ? null : Number(length) };
  }
  if (status !== 206 || asked === 0) return null;
  const [, start, size] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (start === undefined) return null;
  return { start: Number(start), size: size === "*" ? null : Number(size) };
}

function mismatch({ url }: RemoteFile, what: string, actual: string, expected: string): LagerError {
  return new LagerError(
    "CHECKSUM_MISMATCH",
    `the file's ${what} is ${actual}, it should be ${expected} by what is said of ${url}; it was ` +
      "discarded. Try again: if it happens again, something between here and there changes files",
  );
}
