/** What of a process tells how Electron runs it. */
export interface ElectronTraits {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Electron's name for it: `browser`, `utility`; not there where it runs as Node. */
  readonly type?: string;
}

/**
 * Whether this is a utility process, which is a child already: what ends it ends neither the program nor its
 * windows.
 */
export function isUtilityProcess(of: ElectronTraits = process): boolean {
  return of.versions.electron !== undefined && of.type === "utility";
}

/**
 * Whether this program is one that was started to run a script as Node and did not: its fuse `runAsNode` is
 * off. Each child that it starts would be the whole program once more.
 */
export function ignoresRunAsNode(of: ElectronTraits = process): boolean {
  const isProgram = of.versions.electron !== undefined && of.type !== undefined;
  return isProgram && of.env.ELECTRON_RUN_AS_NODE !== undefined;
}
