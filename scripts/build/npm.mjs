import { execFileSync } from "node:child_process";

/**
 * Runs npm to its end.
 *
 * @param {string[]} args
 * @param {string} [cwd]
 * @returns {string} its standard output
 * @throws the error of execFileSync, with `stderr`
 */
export function npm(args, cwd = process.cwd()) {
  return execFileSync("npm", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 26,
    // npm is a batch file there, which cannot be started without a shell.
    shell: process.platform === "win32",
  });
}
