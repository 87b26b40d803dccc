import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What package managers run of a package that is installed. */
const AT_INSTALLATION = ["preinstall", "install", "postinstall"];

/**
 * The packages under a folder, whatever lays them out: those that a link leads to are counted where they
 * are.
 *
 * @param {string} folder
 * @returns {{ packages: number, bytes: number, scripts: string[] }} `scripts`: those that an installation
 *   would run, by their packages' names
 */
export function installed(folder) {
  let packages = 0;
  let bytes = 0;
  /** @type {string[]} */
  const scripts = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    bytes += lstatSync(file).size;
    if (entry.name !== "package.json" || !isPackage(entry.parentPath)) continue;
    packages++;
    const { name, scripts: own = {} } = JSON.parse(readFileSync(file, "utf8"));
    for (const script of AT_INSTALLATION) if (script in own) scripts.push(`${name}: ${script}`);
  }
  return { packages, bytes, scripts };
}

/** @param {string} folder of a package, `node_modules/NAME` or `node_modules/@SCOPE/NAME` */
function isPackage(folder) {
  const parent = path.dirname(folder);
  const above = path.basename(parent).startsWith("@") ? path.dirname(parent) : parent;
  return path.basename(above) === "node_modules";
}
