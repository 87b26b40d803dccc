import { existsSync } from "node:fs";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import {
  dependenciesAt,
  type LibraryPlace,
  outsideArchive,
  placeHere,
  resolveFrom,
} from "../../base/library-folder.ts";

/** A package that holds a backend's plugin. */
interface PluginPackage {
  readonly name: string;
  /** The plugin's path in it. */
  readonly file: string;
}

/** As node-llama-cpp's packages name systems. */
const SYSTEMS: Readonly<Record<string, string>> = { linux: "linux", win32: "win", darwin: "mac" };

/**
 * `LAGER_GPU_PLUGIN` names a plugin to load instead of the package's; the name of its file,
 * libggml-vulkan.so for one, says for which backend.
 */
export function namedPlugin(gpu: string): string | undefined {
  const named = process.env.LAGER_GPU_PLUGIN;
  if (!named || !path.basename(named).toLowerCase().includes(gpu)) return undefined;
  return path.resolve(named);
}

/**
 * ggml's plugins for a backend, as this platform's packages of node-llama-cpp hold them: the one to try
 * first, and for CUDA the one for the toolkit's version before.
 *
 * @throws LagerError `BACKEND_UNAVAILABLE` when no package is installed, with the command that installs it.
 */
export function packagedPlugins(gpu: string, place: LibraryPlace = {}): string[] {
  const packages = pluginPackages(gpu, place);
  const found = packages.flatMap((each) => installedPlugin(each, place) ?? []);
  if (found.length > 0) return found;
  const command = pluginCommand(gpu, place);
  const remedy =
    command === undefined
      ? "no such package is published: build the backend in a checkout"
      : `install it with \`${command}\``;
  throw new LagerError(
    "BACKEND_UNAVAILABLE",
    `package ${packages[0]?.name} is not installed; ${remedy}`,
  );
}

/**
 * The command that installs a backend's plugin: the first of its packages that is not here.
 *
 * @returns undefined where all are here, or none is published for this platform.
 */
export function pluginCommand(gpu: string, place: LibraryPlace = {}): string | undefined {
  const versions = dependenciesAt("peerDependencies", place);
  for (const plugin of pluginPackages(gpu, place)) {
    const version = versions[plugin.name];
    if (version === undefined || installedPlugin(plugin, place) !== undefined) continue;
    return `npm install ${plugin.name}@${version}`;
  }
  return undefined;
}

function pluginPackages(gpu: string, place: LibraryPlace): PluginPackage[] {
  const [system = "", processor = ""] = placeHere(place).platform.split("-");
  const name = `${SYSTEMS[system] ?? system}-${processor}-${gpu}`;
  const file = system === "win32" ? `ggml-${gpu}.dll` : `libggml-${gpu}.so`;
  return [
    { name: `@node-llama-cpp/${name}`, file: path.join("bins", name, file) },
    { name: `@node-llama-cpp/${name}-ext`, file: path.join("bins", name, "fallback", file) },
  ];
}

/**
 * Looked for beside this package, and among what node-llama-cpp itself depends on, which package managers
 * may keep from others.
 */
function installedPlugin({ name, file }: PluginPackage, place: LibraryPlace): string | undefined {
  const { packageJson } = placeHere(place);
  const whole = resolveFrom(packageJson, "node-llama-cpp");
  for (const from of whole === undefined ? [packageJson] : [packageJson, whole]) {
    // Its main file is dist/index.js; its package.json is kept from others.
    const main = resolveFrom(from, name);
    if (main === undefined) continue;
    const plugin = outsideArchive(path.join(path.dirname(main), "..", file));
    if (existsSync(plugin)) return plugin;
  }
  return undefined;
}
