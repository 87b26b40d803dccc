import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LagerError } from "./errors.ts";
import { PACKAGE_JSON } from "./package-paths.ts";

/** File of the addon; llama.cpp's libraries and ggml's plugins lie beside it. */
export const ADDON_FILE = "lager.node";

/** Where native code is looked for. */
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
  const { packageJson, platform } = placeHere(place);
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
  const { platform } = placeHere(place);
  throw new LagerError(
    "ADDON_UNAVAILABLE",
    `the native addon for ${platform} is not here; ${addonRemedy(place)}`,
  );
}

/** What to do where the addon is missing or does not load. */
export function addonRemedy(place: LibraryPlace = {}): string {
  const published = platformPackages(place);
  const command = addonCommand(place);
  if (command === undefined) {
    const platforms = Object.keys(published).map((name) => name.slice(SCOPE.length));
    return `there are packages for ${platforms.join(", ")}; elsewhere, build it in a checkout with \`npm install\``;
  }
  const verb = Object.keys(published).length === 0 ? "build" : "install";
  return `${verb} it with \`${command}\``;
}

/**
 * The command that brings the addon: it installs the platform's package, or builds the addon in a checkout.
 *
 * @returns undefined where no package is published for the platform.
 */
export function addonCommand(place: LibraryPlace = {}): string | undefined {
  const published = platformPackages(place);
  if (Object.keys(published).length === 0) return "npm run build:native";
  const name = platformPackage(placeHere(place).platform);
  return published[name] === undefined ? undefined : `npm install ${name}@${published[name]}`;
}

/** Packages are published with those of the platforms, which a checkout does not name. */
function platformPackages(place: LibraryPlace): Readonly<Record<string, string>> {
  const optional = Object.entries(dependenciesAt("optionalDependencies", place));
  return Object.fromEntries(optional.filter(([name]) => name.startsWith(SCOPE)));
}

/** Names and versions in a list of a place's `package.json`; none where it has no such list. */
export function dependenciesAt(
  list: "optionalDependencies" | "peerDependencies",
  place: LibraryPlace,
): Readonly<Record<string, string>> {
  const manifest: { readonly [Name in typeof list]?: Readonly<Record<string, string>> } =
    JSON.parse(readFileSync(placeHere(place).packageJson, "utf8"));
  return manifest[list] ?? {};
}

const SCOPE = "@lager-judge/";

/** Name of the package that brings the addon for a platform. */
function platformPackage(platform: string): string {
  return `${SCOPE}${platform}`;
}

/** A place with what is not given of it: this package, on this machine. */
export function placeHere({
  packageJson = PACKAGE_JSON,
  platform = `${process.platform}-${process.arch}`,
}: LibraryPlace): Required<LibraryPlace> {
  return { packageJson, platform };
}

/** A module's file as Node finds it from another file; undefined where it does not. */
export function resolveFrom(file: string, request: string): string | undefined {
  try {
    return createRequire(file).resolve(request);
  } catch {
    return undefined;
  }
}
