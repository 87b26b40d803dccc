import { createRequire } from "node:module";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { ADDON_FILE, addonRemedy, libraryFolder } from "../../base/library-folder.ts";
import type { NativeAddon, NativeBackends } from "./boundary.ts";

/** The addon itself, with what only the process that it is loaded in asks of it. */
export interface LoadedAddon extends NativeAddon {
  /** @param isRead whether somebody reads standard error who makes visible what is written there. */
  initialize(
    libraryDirectory: string,
    plugins: readonly string[],
    verbose: boolean,
    isRead?: boolean,
  ): Promise<NativeBackends>;
  /**
   * The system ends this process with the one that started it, however that ends, also while this one
   * is stopped. Only Linux can; elsewhere nothing is done.
   */
  endWithParent(): void;
}

let addon: LoadedAddon | undefined;

/**
 * The addon, loaded on first use so that importing this package has no side effects.
 *
 * @throws LagerError `ADDON_UNAVAILABLE` when it is not here or does not load.
 */
export function nativeAddon(): LoadedAddon {
  if (addon === undefined) {
    const file = path.join(libraryFolder(), ADDON_FILE);
    try {
      addon = createRequire(import.meta.url)(file) as LoadedAddon;
    } catch (cause) {
      throw new LagerError(
        "ADDON_UNAVAILABLE",
        `the native addon ${file} could not be loaded; ${addonRemedy()}`,
        { cause },
      );
    }
  }
  return addon;
}
