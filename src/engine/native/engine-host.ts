import { LagerError, requireOneOf } from "../../base/errors.ts";
import { ENGINE_CHILD } from "../../base/package-paths.ts";
import type { NativeAddon } from "../addon/boundary.ts";
import { nativeAddon } from "../addon/load-addon.ts";
import { ignoresRunAsNode } from "../process/electron.ts";
import { ProcessAddon } from "../process/process-addon.ts";
import { type EngineSettings, ISOLATION_CHOICES } from "./engine-options.ts";

/** Where native code runs for a judge. */
export interface EngineHost extends AsyncDisposable {
  /** @throws LagerError `ADDON_UNAVAILABLE` where it is to run in this process. */
  readonly addon: NativeAddon;
  /** The child process; null where native code runs in this one. */
  readonly pid: number | null;
}

/** What bears on where native code runs. */
export type HostOptions = Pick<EngineSettings, "isolation" | "hangLimit">;

/** How long an aborted call may take to end before the child is killed. */
const GRACE_MS = 1000;
const HANG_SECONDS = 1800;

/**
 * Native code in this process, or in a child that is started at once.
 *
 * @throws LagerError `INVALID_ARGUMENT`; `ENGINE_CRASHED` where no child can be had in Electron.
 */
export function openHost({
  isolation = "none",
  hangLimit = HANG_SECONDS,
}: HostOptions = {}): EngineHost {
  requireOneOf("isolation", isolation, ISOLATION_CHOICES);
  if (!Number.isSafeInteger(hangLimit) || hangLimit < 1) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `hangLimit is a whole number of seconds from 1 on, not ${String(hangLimit)}`,
    );
  }
  if (isolation === "none") {
    return {
      get addon() {
        return nativeAddon();
      },
      pid: null,
      [Symbol.asyncDispose]: async () => {},
    };
  }
  if (ignoresRunAsNode()) {
    throw new LagerError(
      "ENGINE_CRASHED",
      "this Electron program cannot start an engine's process, as its fuse runAsNode is off: " +
        "load the judge in a utility process, with isolation none",
    );
  }
  const addon = new ProcessAddon({
    file: ENGINE_CHILD,
    hangMs: hangLimit * 1000,
    graceMs: GRACE_MS,
  });
  return {
    addon,
    get pid() {
      return addon.pid ?? null;
    },
    [Symbol.asyncDispose]: () => addon.close(),
  };
}
