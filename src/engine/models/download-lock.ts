import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { bytesOf } from "../../base/files.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { LONGEST_SILENCE_MS } from "./silence.ts";

/** How often whoever waits looks again, in milliseconds. */
const LOOK_AGAIN_MS = 200;

/**
 * Takes the right to download a file, and waits for whoever has it while their download grows: two
 * processes that want the same judge fetch it once.
 *
 * @throws LagerError `OUTPUT_LOCKED` where nothing has grown for too long, `UNWRITABLE_OUTPUT`, `ABORTED`.
 */
export async function lockDownload(
  target: string,
  {
    signal,
    longestSilence = LONGEST_SILENCE_MS,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly longestSilence?: number | undefined;
  },
): Promise<OutputLock> {
  let grownTo = -1;
  let since = Date.now();
  for (;;) {
    try {
      return await OutputLock.acquire(target);
    } catch (error) {
      if (!(error instanceof LagerError) || error.code !== "OUTPUT_LOCKED") throw error;
      const bytes = await partBytes(target);
      if (bytes !== grownTo) since = Date.now();
      grownTo = bytes;
      if (Date.now() - since > longestSilence) throw error;
    }
    // Aborted or not, it goes on above or below.
    await sleep(LOOK_AGAIN_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    throwIfAborted(signal, "the download");
  }
}

/** Bytes of all parts of a file, and of parts of it that are a model's. */
async function partBytes(target: string): Promise<number> {
  const { dir, base } = path.parse(target);
  const names = await readdir(dir).catch(() => []);
  const parts = names.filter((name) => name.startsWith(base) && name.endsWith(".part"));
  return bytesOf(parts.map((name) => path.join(dir, name)));
}
