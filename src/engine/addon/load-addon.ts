import { createRequire } from "node:module";
import { LagerError } from "../../base/errors.ts";
import { LIBRARY_FOLDER } from "../../base/package-paths.ts";
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
 * @throws LagerError `ADDON_UNAVAILABLE` when it was not built or does not load.
 */
export function nativeAddon(): LoadedAddon {
  if (addon === undefined) {
    const file = `${LIBRARY_FOLDER}/lager.node`;
    try {
      addon = createRequire(import.meta.url)(file) as LoadedAddon;
    } catch (cause) {
      throw new LagerError(
        "ADDON_UNAVAILABLE",
        `the native addon ${file} could not be loaded; in a checkout, build it with ` +
          "`npm run build:native`; an installed package has it for the platform it was packed on",
        { cause },
      );
    }
  }
  return addon;
}
