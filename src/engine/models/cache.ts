import { mkdir } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import path from "node:path";
import { errorMessage, LagerError } from "../../base/errors.ts";

/** What decides where the cache folder is; the process's own by default. */
export interface CacheEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * The folder of fetched judges: `LAGER_HOME`, or else `lager-judge` in the platform's cache
 * folder of the user (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on macOS;
 * `%LOCALAPPDATA%` on Windows).
 */
export function cacheFolder(environment?: CacheEnvironment): string {
  const { platform, env, home } = environment ?? {
    platform: process.platform,
    env: process.env,
    home: homeFolder(),
  };
  if (env.LAGER_HOME) return path.resolve(env.LAGER_HOME);
  return path.join(userCacheFolder(platform, env, home), "lager-judge");
}

/** `HOME=` and a relative one would put the cache into whatever folder is the current one. */
function homeFolder(): string {
  const home = homedir();
  return path.isAbsolute(home) ? home : userInfo().homedir;
}

function userCacheFolder(
  platform: NodeJS.Platform,
  env: CacheEnvironment["env"],
  home: string,
): string {
  if (platform === "darwin") return path.join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || path.join(home, "AppData", "Local");
  // The XDG specification has relative paths ignored.
  const xdg = env.XDG_CACHE_HOME;
  return xdg && path.isAbsolute(xdg) ? xdg : path.join(home, ".cache");
}

/** The folder that holds the GGUF files of fetched judges. */
export function modelsFolder(): string {
  return path.join(cacheFolder(), "models");
}

/** Where the GGUF file of a named judge is once it has been fetched. */
export function cachedJudgePath(name: string): string {
  return path.join(modelsFolder(), `${name}.gguf`);
}

/**
 * Creates the models folder if it is not there.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export async function createModelsFolder(): Promise<string> {
  const folder = modelsFolder();
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritableCache(error);
  }
  return folder;
}

/** The error for anything in the cache folder that cannot be written. */
export function unwritableCache(error: unknown): LagerError {
  return new LagerError(
    "UNWRITABLE_OUTPUT",
    `judges cannot be stored here (${errorMessage(error)}): check the disk and the folder's ` +
      "permissions, or set LAGER_HOME to a folder with room for them",
    { place: { file: cacheFolder() }, cause: error },
  );
}
