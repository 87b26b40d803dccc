import { LagerError, requireOneOf } from "../../base/errors.ts";
import { findLibraryFolder } from "../../base/library-folder.ts";
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

/** A host in a child that was started ahead, until it is asked for. */
let ahead: { readonly host: EngineHost; readonly hangLimit: number } | undefined;

/**
 * Starts a child, and loads ggml in it, while this process still loads the code that will use it: the next
 * {@link openHost} with the same options gives that one. Nothing is done where native code is to run in this
 * process. A child that nobody asks for ends with this process.
 *
 * @returns the child's process; null where none was started.
 * @throws LagerError as {@link openHost}.
 */
export function startHostAhead(
  options: HostOptions & Pick<EngineSettings, "verbose">,
): number | null {
  const libraries = findLibraryFolder();
  if (options.isolation !== "process" || libraries === undefined) return null;
  const host = openHost(options);
  ahead = { host, hangLimit: options.hangLimit ?? HANG_SECONDS };
  // The first call of every choice of a backend. Whoever makes it there is told what is wrong.
  host.addon.initialize(libraries, [], options.verbose ?? false).catch(() => {});
  return host.pid;
}

/**
 * Native code in this process, or in a child that is started at once, if none was started ahead.
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
  if (ahead?.hangLimit === hangLimit) {
    const { host } = ahead;
    ahead = undefined;
    return host;
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
