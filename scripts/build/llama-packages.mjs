// node-llama-cpp's packages of a release: its own, which has llama.cpp's sources, and those of the platforms,
// which have the libraries.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { keptFolder } from "./kept-folder.mjs";
import { npm } from "./npm.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const CACHE = path.join(ROOT, ".cache/npm");

/** The release that everything is pinned to. */
export const PINNED_RELEASE = manifestOf(ROOT).devDependencies["node-llama-cpp"];

/** A package that the registry does not have: told, and no fault of the build. */
export class PackageMissing extends Error {}

/**
 * The folder of a package, as it is installed in the checkout or else fetched from the registry, without what
 * it depends on and without running a script of it.
 *
 * @param {string} name
 * @param {string} version or a range, whose newest version is taken
 * @throws PackageMissing
 */
export function npmPackage(name, version) {
  const installed = path.join(ROOT, "node_modules", name);
  if (existsSync(installed) && manifestOf(installed).version === version) return installed;
  const folder = path.join(CACHE, `${name.replace("/", "+")}@${version}`);
  keptFolder(folder, (made) => {
    requireAvailable(name, version);
    const pack = ["pack", "--silent", "--ignore-scripts", "--pack-destination", made];
    const tarball = npm([...pack, `${name}@${version}`]).trim();
    execFileSync("tar", ["-xzf", path.join(made, tarball), "-C", made]);
    rmSync(path.join(made, tarball));
  });
  return path.join(folder, "package");
}

/**
 * @param {string} name
 * @param {string} version or a range
 * @throws PackageMissing
 */
function requireAvailable(name, version) {
  const isExact = /^\d+\.\d+\.\d+/.test(version);
  if (!isExact) return;
  const available = versionsOf(name);
  if (available.includes(version)) return;
  const newest = available.at(-1);
  throw new PackageMissing(
    `${name} ${version} is not in this registry` +
      (newest === undefined ? ", nor is any other version" : `; the newest is ${newest}`),
  );
}

/**
 * In the order of their publication.
 *
 * @param {string} name
 * @returns {string[]} none where there is no such package
 */
function versionsOf(name) {
  try {
    return [JSON.parse(npm(["view", name, "versions", "--json"]))].flat();
  } catch (error) {
    if (/E404/.test(/** @type {{stderr?: string}} */ (error).stderr ?? "")) return [];
    throw error;
  }
}

/** @param {string} folder */
function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}
