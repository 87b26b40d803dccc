// Tools that are kept as Python packages, each in a folder of its own.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { keptFolder } from "./kept-folder.mjs";

const CACHE = path.join(import.meta.dirname, "../../.cache/python");

/** Python's name. */
export const PYTHON = process.platform === "win32" ? "python" : "python3";

/** The versions that the scripts are written for. */
const VERSIONS = { lief: "1.0.0", ziglang: "0.17.1" };

/**
 * The folder of a package without dependencies, installed by pip when it is first asked for.
 *
 * @param {keyof typeof VERSIONS} name
 * @throws with what pip said, where it cannot be had
 */
export function pythonPackage(name) {
  const requirement = `${name}==${VERSIONS[name]}`;
  return keptFolder(path.join(CACHE, requirement), (made) => {
    const install = ["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"];
    try {
      execFileSync(PYTHON, [...install, "--target", made, requirement], {
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
      });
    } catch (error) {
      const { stderr, message } = /** @type {{stderr?: string, message: string}} */ (error);
      throw new Error(`${requirement} cannot be installed: ${(stderr || message).trim()}`);
    }
  });
}
