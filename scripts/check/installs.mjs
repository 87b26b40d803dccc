// Installs the packages as somebody would: `npm run check:installs [-- npm pnpm …]`, after
// `npm run packages`.
//
// Each package manager installs lager-judge into an empty folder with an empty cache, from a registry on
// loopback that has our packages and sends on to the one that npm is configured with for all others, and runs
// the command line from there. The table is for docs/measurements/installs.md. Exit 1 where an install is larger
// than it may be, warns, or has a script to run.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { installed } from "./installs/installed.mjs";
import { startRegistry } from "./installs/registry.mjs";
import { runProgram } from "./run-program.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const MOST_PACKAGES = 80;
const MOST_BYTES = 60e6;

/**
 * How each installs into a folder from a registry, all that it keeps being inside the folder; npm is the
 * one that is here, the others are fetched first.
 *
 * @typedef {object} Manager
 * @property {string} command
 * @property {string} [version] of the package of its name, or of `from`
 * @property {string} [from] its package
 * @property {string[]} args
 * @property {(url: string) => object} env
 * @property {number} [mostBytes]
 * @property {boolean} [isInZips] whether packages stay zipped, and run through the manager alone
 * @property {(output: string) => string[]} [warnings] default: lines that speak of warnings
 * @property {RegExp} [ofItsOwn] a warning that says nothing of our packages, but of the manager itself
 */

/** @type {Record<string, Manager>} */
const MANAGERS = {
  npm: { command: "npm", args: ["install", "--no-audit", "--no-fund"], env: npmSettings },
  "npm --ignore-scripts": {
    command: "npm",
    args: ["install", "--no-audit", "--no-fund", "--ignore-scripts"],
    env: npmSettings,
  },
  pnpm: {
    command: "pnpm",
    version: "10",
    args: ["add", "--store-dir", ".store"],
    env: npmSettings,
  },
  yarn: {
    command: "yarn",
    version: "1",
    args: ["add", "--no-progress", "--cache-folder", ".cache"],
    env: (url) => ({ YARN_REGISTRY: url }),
  },
  "yarn-pnp": {
    command: "yarn",
    version: "4",
    from: "@yarnpkg/cli-dist",
    args: ["add"],
    env: (url) => ({
      YARN_NPM_REGISTRY_SERVER: url,
      YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
      YARN_ENABLE_GLOBAL_CACHE: "false",
      YARN_GLOBAL_FOLDER: "../yarn-global",
      // It refuses packages that are a few days old, as ours always is.
      YARN_NPM_MINIMAL_AGE_GATE: "0",
      // By its colour alone a line is a warning.
      FORCE_COLOR: "1",
    }),
    isInZips: true,
    warnings: yarnWarnings,
    // For each project with an ES module in it: "ESM support for PnP … is therefore experimental".
    ofItsOwn: /YN0092/,
    // The addon's package lies in the cache and, unplugged, beside it.
    mostBytes: 85e6,
  },
};

/** How Yarn begins a line in yellow, and in red. */
const MARKED = ["\u001b[93m➤", "\u001b[91m➤"];

/** @param {string} url */
function npmSettings(url) {
  return { npm_config_registry: url, npm_config_cache: ".cache" };
}

const named = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), "lager-installs-"));
const registry = await startRegistry(path.join(ROOT, "build/packages"));
let failed = 0;
try {
  console.log("| package manager | packages | MB | s | scripts | warnings |");
  for (const [name, manager] of Object.entries(MANAGERS)) {
    if (named.length === 0 || named.includes(name)) await tryManager(name, manager);
  }
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/**
 * The program, fetched where it is another than npm.
 *
 * @param {Manager} manager
 */
async function programOf({ command, version, from = command }) {
  if (version === undefined) return command;
  const tools = path.join(folder, "tools", from);
  mkdirSync(tools, { recursive: true });
  await runProgram("npm", ["install", "--prefix", tools, `${from}@${version}`]);
  return path.join(tools, "node_modules/.bin", command);
}

/**
 * @param {string} name
 * @param {Manager} manager
 */
async function tryManager(name, manager) {
  const program = await programOf(manager);
  const place = path.join(folder, name.replaceAll(" ", ""));
  mkdirSync(place);
  const settings = { name: "place", version: "1.0.0", license: "MIT", private: true };
  writeFileSync(path.join(place, "package.json"), JSON.stringify(settings));
  const options = { cwd: place, env: { ...process.env, ...manager.env(registry.url) } };
  const { stdout: version } = await runProgram(program, ["--version"], options);
  const startedAt = performance.now();
  const { stdout, stderr } = await runProgram(program, [...manager.args, "lager-judge"], options);
  const seconds = (performance.now() - startedAt) / 1000;
  const { packages, bytes, scripts } = manager.isInZips
    ? { ...installed(path.join(place, ".yarn")), packages: zipsIn(path.join(place, ".yarn/cache")) }
    : installed(path.join(place, "node_modules"));
  const { warnings: find = saidWarnings, ofItsOwn = /^$/ } = manager;
  const said = find(`${stdout}\n${stderr}`);
  const warnings = said.filter((line) => !ofItsOwn.test(line));
  const own = path.join(place, "node_modules/.bin/lager");
  await tryCommandLine((args) =>
    manager.isInZips
      ? runProgram(program, ["lager", ...args], options)
      : runProgram(own, args, { cwd: place }),
  );
  const isGood =
    packages <= MOST_PACKAGES &&
    bytes <= (manager.mostBytes ?? MOST_BYTES) &&
    scripts.length === 0 &&
    warnings.length === 0;
  if (!isGood) failed++;
  const cells = [
    `${name} ${version.trim()}`,
    packages,
    (bytes / 1e6).toFixed(1),
    seconds.toFixed(1),
    scripts.length,
    warnings.length,
  ];
  console.log(`| ${cells.join(" | ")} |${isGood ? "" : " FAIL"}`);
  for (const line of [...scripts, ...warnings]) console.log(`  ${line}`);
  for (const line of said.filter((line) => ofItsOwn.test(line))) console.log(`  its own: ${line}`);
}

/** @param {string} output */
function saidWarnings(output) {
  return output.split("\n").filter((line) => /\bwarn/i.test(line));
}

/**
 * Lines that Yarn 4 marks as warnings or errors, by the colour of their arrow; without a mark the text does
 * not say which they are.
 *
 * @param {string} output
 */
function yarnWarnings(output) {
  return output
    .split("\n")
    .filter((line) => MARKED.some((mark) => line.startsWith(mark)))
    .map(stripVTControlCharacters)
    .filter((line) => !/: · Done with warnings/.test(line));
}

/** @param {string} folder */
function zipsIn(folder) {
  return readdirSync(folder).filter((name) => name.endsWith(".zip")).length;
}

/** @param {(args: string[]) => Promise<{ stdout: string }>} lager runs what is installed */
async function tryCommandLine(lager) {
  await lager(["--version"]);
  await lager(["tasks", "list"]);
  const { stdout } = await lager(["doctor", "--gpu", "off", "--json"]);
  const { addon } = JSON.parse(stdout);
  const isOfPackage = String(addon.file).includes(`@lager-judge`);
  if (!addon.loaded || !isOfPackage) throw new Error(`the addon does not work: ${addon.file}`);
}
