import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LagerError } from "./errors.ts";
import { PACKAGE_JSON } from "./package-paths.ts";

/** File of the addon; llama.cpp's libraries and ggml's plugins lie beside it. */
export const ADDON_FILE = "lager.node";

/** Where the addon is looked for. */
export interface LibraryPlace {
  /** `package.json` of lager-judge. Default: this package's own. */
  readonly packageJson?: string;
  /** As Node names systems and processors. Default: this machine's, `linux-x64` for one. */
  readonly platform?: string;
}

/**
 * A path as native code can open it. Electron shows the files of its archive `app.asar` to JavaScript
 * alone; what lies unpacked beside it is in `app.asar.unpacked`.
 */
export function outsideArchive(file: string): string {
  return file.replace(/\.asar(?=[\\/])/g, ".asar.unpacked");
}

/**
 * The folder of the addon: `build/lib` of a built checkout, else that of the installed package for this
 * platform, wherever Node finds it.
 *
 * @returns undefined where there is neither.
 */
export function findLibraryFolder(place: LibraryPlace = {}): string | undefined {
  const { packageJson, platform } = filled(place);
  const built = outsideArchive(path.join(path.dirname(packageJson), "build", "lib"));
  if (existsSync(path.join(built, ADDON_FILE))) return built;
  const manifest = resolveFrom(packageJson, `${platformPackage(platform)}/package.json`);
  if (manifest === undefined) return undefined;
  const installed = outsideArchive(path.join(path.dirname(manifest), "lib"));
  return existsSync(path.join(installed, ADDON_FILE)) ? installed : undefined;
}

/**
 * {@link findLibraryFolder}, where there must be one.
 *
 * @throws LagerError `ADDON_UNAVAILABLE`, with the command that brings the addon.
 */
export function libraryFolder(place: LibraryPlace = {}): string {
  const folder = findLibraryFolder(place);
  if (folder !== undefined) return folder;
  const { platform } = filled(place);
  throw new LagerError(
    "ADDON_UNAVAILABLE",
    `the native addon for ${platform} is not here; ${addonRemedy(place)}`,
  );
}

/** What to do where the addon is missing or does not load. */
export function addonRemedy(place: LibraryPlace = {}): string {
  const { packageJson, platform } = filled(place);
  const { optionalDependencies = {} } = JSON.parse(readFileSync(packageJson, "utf8")) as {
    optionalDependencies?: Readonly<Record<string, string>>;
  };
  // Packages are published with those of the platforms, which a checkout does not name.
  const published = Object.keys(optionalDependencies).filter((name) => name.startsWith(SCOPE));
  if (published.length === 0) return "build it with `npm run build:native`";
  const name = platformPackage(platform);
  const version = optionalDependencies[name];
  if (version !== undefined) return `install it with \`npm install ${name}@${version}\``;
  const platforms = published.map((name) => name.slice(SCOPE.length)).join(", ");
  return `there are packages for ${platforms}; elsewhere, build it in a checkout with \`npm install\``;
}

const SCOPE = "@lager-judge/";

/** Name of the package that brings the addon for a platform. */
function platformPackage(platform: string): string {
  return `${SCOPE}${platform}`;
}

function filled({
  packageJson = PACKAGE_JSON,
  platform = `${process.platform}-${process.arch}`,
}: LibraryPlace): Required<LibraryPlace> {
  return { packageJson, platform };
}

function resolveFrom(file: string, request: string): string | undefined {
  try {
    return createRequire(file).resolve(request);
  } catch {
    return undefined;
  }
}
