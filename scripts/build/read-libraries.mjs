import { execFileSync } from "node:child_process";
import path from "node:path";
import { PYTHON, pythonPackage } from "./python-package.mjs";

/**
 * What stands in the headers of a shared library.
 *
 * @typedef {object} Library
 * @property {string} file its name
 * @property {"ELF" | "Mach-O" | "PE" | null} format null where it is no library
 * @property {string} processor `x64`, `arm64`; `unknown` for any other, `several` where it is for more than one
 * @property {readonly string[]} needed libraries that are loaded with it, by their names or paths
 * @property {readonly string[]} searchPaths where those are looked for
 * @property {readonly Import[]} imports
 * @property {readonly string[]} exports
 * @property {boolean} signed whether macOS finds a signature, be it ad hoc
 * @property {string | null} minimumSystem the oldest macOS, such as `11.0`
 */

/**
 * A symbol that a library takes from others.
 *
 * @typedef {object} Import
 * @property {string} name
 * @property {string | null} from the library that is to have it; null where any may
 * @property {string | null} version `GLIBC_2.34` and the like
 * @property {boolean} weak whether it may be missing
 */

/**
 * @param {readonly string[]} files
 * @returns {Library[]}
 */
export function readLibraries(files) {
  const script = path.join(import.meta.dirname, "read_libraries.py");
  const env = { ...process.env, PYTHONPATH: pythonPackage("lief"), PYTHONDONTWRITEBYTECODE: "1" };
  const options = { env, encoding: /** @type {const} */ ("utf8"), maxBuffer: 1 << 28 };
  return JSON.parse(execFileSync(PYTHON, [script, ...files], options));
}
