import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../run-program.mjs";

/** Their packages name systems in their own way. */
const NODE_SYSTEM = { win32: "win", darwin: "darwin", linux: "linux" };
const SYSTEM = NODE_SYSTEM[/** @type {keyof typeof NODE_SYSTEM} */ (process.platform)];

/**
 * How a runtime is had from the package registry, and how it runs a script.
 *
 * @typedef {object} Runtime
 * @property {string} package with its version
 * @property {string} program in the package's folder
 * @property {readonly string[]} args before the script
 * @property {boolean} [hasScript] whether the package's own script fetches the program
 */

/** @param {number} major @returns {Runtime} */
function node(major) {
  const name = `node-${SYSTEM}-${process.arch}`;
  const program = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  return { package: `${name}@${major}`, program, args: [] };
}

/** @type {Readonly<Record<string, Runtime>>} */
export const RUNTIMES = {
  "Node 20": node(20),
  "Node 22": node(22),
  "Node 24": node(24),
  "Node 26": node(26),
  Bun: { package: "bun@1", program: "bin/bun.exe", args: [], hasScript: true },
  Deno: { package: "deno@2", program: "deno", args: ["run", "-A"], hasScript: true },
};

/**
 * Fetches a runtime.
 *
 * @param {Runtime} runtime
 * @param {string} folder is made
 * @returns {Promise<string>} its program
 */
export async function fetchRuntime({ package: wanted, program, hasScript = false }, folder) {
  const scripts = hasScript ? [] : ["--ignore-scripts"];
  await install(folder, [...scripts, wanted]);
  return path.join(folder, "node_modules", wanted.replace(/@[^@]*$/, ""), program);
}

/**
 * Installs packages into a folder, as somebody would.
 *
 * @param {string} folder is made
 * @param {readonly string[]} args
 * @param {object} [env]
 */
export async function install(folder, args, env = {}) {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "place", version: "1.0.0", private: true, type: "module" };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  await runProgram("npm", ["install", "--no-audit", "--no-fund", ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
}
