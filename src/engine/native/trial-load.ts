import { errorMessage, LagerError } from "../../base/errors.ts";
import { cachedSha256 } from "../models/file-hash.ts";
import { modelSha256 } from "../models/model-hash.ts";
import { rememberTried, type TriedFiles, wereTried } from "../models/tried-files.ts";
import { isUtilityProcess } from "../process/electron.ts";
import { selectBackend } from "./backend.ts";
import { type EngineHost, openHost } from "./engine-host.ts";
import type { EngineOptions } from "./engine-options.ts";

/**
 * Loads files that have never been loaded here in a child process first: what no check foresees ends
 * that one. What comes of it is remembered in the cache folder. A utility process of Electron's is such a
 * child itself.
 *
 * @param load - loads the files on a host, with the check on load, and frees them again.
 * @throws LagerError what loading in the child fails with, `ENGINE_CRASHED` where it ends the child.
 */
export async function requireTried(
  file: string,
  options: EngineOptions,
  load: (host: EngineHost) => Promise<void>,
): Promise<void> {
  if (isUtilityProcess()) return;
  const files = await filesOf(file, options);
  if (files === null || (await wereTried(files))) return;
  await using host = openHost({ isolation: "process", hangLimit: options.hangLimit });
  if (!(await canTry(host, options))) return;
  await load(host);
  await rememberTried(files);
}

/** Null where a file cannot be read: whoever loads it says why. */
async function filesOf(
  file: string,
  { lora = [], gpu = "auto", gpuLayers, signal }: EngineOptions,
): Promise<TriedFiles | null> {
  try {
    const hashes = [await modelSha256(file, { signal })];
    for (const adapter of lora) hashes.push(await cachedSha256(adapter.path, { signal }));
    return { hashes, settings: [`gpu ${gpu}`, `layers ${gpuLayers ?? "all"}`] };
  } catch (error) {
    if (error instanceof LagerError && error.code === "UNREADABLE_FILE") return null;
    throw error;
  }
}

/** Whether a child can be had at all: some hosts may start none, or were packed without its script. */
async function canTry(host: EngineHost, { onNotice }: EngineOptions): Promise<boolean> {
  try {
    await selectBackend(host.addon, "off");
    return true;
  } catch (error) {
    if (!(error instanceof LagerError) || error.code !== "ENGINE_CRASHED") throw error;
    onNotice?.(
      `the judge's file is new here and could not be tried in another process first: ${errorMessage(error)}`,
    );
    return false;
  }
}
