import { createRequire } from "node:module";
import { LagerError } from "../../base/errors.ts";
import { LIBRARY_FOLDER } from "../../base/package-paths.ts";
import type { NativeAddon } from "./boundary.ts";

let addon: NativeAddon | undefined;

/**
 * The addon, loaded on first use so that importing this package has no side effects.
 *
 * @throws LagerError `ADDON_UNAVAILABLE` when it was not built or does not load.
 */
export function nativeAddon(): NativeAddon {
  if (addon === undefined) {
    const file = `${LIBRARY_FOLDER}/lager.node`;
    try {
      addon = createRequire(import.meta.url)(file) as NativeAddon;
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
